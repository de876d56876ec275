import { make } from './element.ts';

/**
 * `<runfolio-copy data-text="…">`: a button that copies its `data-text`, or else the text of the element that `data-from`
 * names by id, and says "Copied". Empty without script. `data-label` is what the button says.
 */
export class CopyButton extends HTMLElement {
  connectedCallback(): void {
    const label = this.dataset.label ?? 'Copy';
    const said = make('span', { class: 'hidden-text', role: 'status' });
    const button = make('button', { type: 'button', class: 'copy-button' }, label);
    button.addEventListener('click', async () => {
      const source = this.dataset.from === undefined ? null : document.getElementById(this.dataset.from);
      const isCopied = await copyText(this.dataset.text ?? source?.textContent ?? '');
      const word = isCopied ? 'Copied' : 'Could not copy';
      button.textContent = word;
      said.textContent = word;
      setTimeout(() => {
        button.textContent = label;
        said.textContent = '';
      }, 1500);
    });
    this.replaceChildren(button, said);
  }
}

/** Puts text on the clipboard; false where the browser does not let us. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
