import { make, makeButton } from './element.ts';
import type { TextTable } from './run-table-text.ts';
import { copyMenu } from './run-table-tools.ts';
import { shellQuote } from './shell-quote.ts';
import { setState } from './url-state.ts';

/** What the bar of picked runs offers on a dashboard: to save them, tag them, and hold the others against one. */
export function barTools(
  runIds: readonly string[],
  { table, fileName, baselineId }: { table: () => TextTable; fileName: string; baselineId: string | undefined },
): Node[] {
  const tools: Node[] = [copyMenu('Export', table, fileName), makeButton('Tag', () => openTagDialog(runIds))];
  const [only] = runIds;
  if (runIds.length === 1 && only !== undefined) {
    const isBaseline = only === baselineId;
    tools.push(
      makeButton(isBaseline ? 'Unpin baseline' : 'Pin as baseline', () =>
        setState({ base: isBaseline ? undefined : only }),
      ),
    );
  }
  return tools;
}

/** Shows the commands that tag runs: the page cannot write, the logs are files in git. */
function openTagDialog(runIds: readonly string[]): void {
  const field = make('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', placeholder: 'baseline' });
  const code = make('code', { id: 'tag-commands' });
  const fill = () => {
    const tag = shellQuote(field.value.trim() === '' ? 'TAG' : field.value.trim());
    code.textContent = runIds.map((runId) => `npx runfolio log ${shellQuote(runId)} --tag ${tag}`).join('\n');
  };
  field.addEventListener('input', fill);
  fill();
  const dialog = make(
    'dialog',
    { class: 'rt-dialog', 'aria-label': 'Tag runs' },
    make('h2', {}, runIds.length === 1 ? 'Tag 1 run' : `Tag ${runIds.length} runs`),
    make(
      'p',
      { class: 'muted' },
      'This page only reads. Run these in the repository, commit the logs and build again.',
    ),
    make('label', { class: 'rt-field' }, 'Tag ', field),
    make('pre', { tabindex: '0', role: 'region', 'aria-label': 'Commands' }, code),
    make(
      'div',
      { class: 'button-row' },
      make('runfolio-copy' as 'span', { 'data-from': 'tag-commands' }),
      makeButton('Close', () => dialog.close()),
    ),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
