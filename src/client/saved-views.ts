import { make, makeButton } from './element.ts';
import { changeQuery, onState } from './url-state.ts';
import { viewYaml } from './view-yaml.ts';

/**
 * `<runfolio-views>`: marks the saved view that the page shows, and offers the lines that keep the present one in `data-file`.
 * The site cannot write: a view is pasted, reviewed and committed like code.
 */
export class SavedViews extends HTMLElement {
  connectedCallback(): void {
    if (this.querySelector('.save-view') !== null) return;
    this.#addForm();
    this.#mark();
    onState(() => this.#mark());
  }

  #mark(): void {
    const present = changeQuery(location.search, {});
    for (const link of this.querySelectorAll<HTMLAnchorElement>('a[data-view]')) {
      if (changeQuery(link.dataset.view ?? '', {}) === present) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  }

  #addForm(): void {
    const { file = 'experiment.yaml', hasViews } = this.dataset;
    const name = make('input', { type: 'text', value: 'My view', 'aria-label': 'Name of the view', maxlength: '200' });
    const code = make('code', { id: 'view-lines' });
    const where =
      hasViews === undefined ? `Paste these lines into ${file}:` : `Paste these lines below "views:" in ${file}:`;
    const body = make(
      'div',
      { class: 'save-view-body' },
      make('label', {}, make('span', {}, 'Name '), name),
      make('p', { class: 'small' }, where),
      make(
        'div',
        { class: 'command' },
        make('pre', { tabindex: '0', role: 'region', 'aria-label': 'Lines of this view' }, code),
        make('runfolio-copy' as 'span', { 'data-from': 'view-lines' }),
      ),
    );
    body.hidden = true;
    const write = () => {
      code.textContent = viewYaml(name.value.trim() || 'My view', changeQuery(location.search, {}), {
        hasViews: hasViews !== undefined,
      });
    };
    const button = makeButton(
      'Save this view',
      () => {
        body.hidden = !body.hidden;
        button.setAttribute('aria-expanded', String(!body.hidden));
        write();
        if (!body.hidden) name.select();
      },
      { 'aria-expanded': 'false', class: 'save-view-button' },
    );
    name.addEventListener('input', write);
    onState(write);
    this.append(make('div', { class: 'save-view' }, button, body));
  }
}

customElements.define('runfolio-views', SavedViews);
