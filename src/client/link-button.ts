import { copyText } from './copy-button.ts';
import { makeButton } from './element.ts';
import { runsLeftOut } from './select-runs.ts';
import { changeQuery } from './url-state.ts';

/** A button that copies the address of this view with one panel open, and says in `said` whether it did and what the link lacks. */
export function linkButton(panel: string, said: HTMLElement): HTMLButtonElement {
  return makeButton('Copy link', async () => {
    const address = new URL(changeQuery(location.search, { panel }), location.href).href;
    const leftOut = runsLeftOut();
    const lack =
      leftOut === 0
        ? ''
        : ` The ${leftOut.toLocaleString('en')} selected runs are too many for a link: it leaves them out.`;
    said.textContent = (await copyText(address)) ? `Link copied.${lack}` : 'Could not copy.';
  });
}
