import { keep, make, readKept } from './element.ts';

/** What a person can choose; `system` follows the machine. */
const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

const storageKey = 'runfolio-theme';
const icons: Record<Theme, string> = { system: '◐', light: '☀', dark: '☾' };

function readTheme(): Theme {
  const kept = readKept(storageKey);
  return themes.find((theme) => theme === kept) ?? 'system';
}

/** Sets `data-theme` on `<html>`, or takes it away for `system`. */
export function applyTheme(theme: Theme = readTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** `<runfolio-theme>`: a button that goes from system to light to dark and keeps the choice. Empty without script. */
export class ThemeButton extends HTMLElement {
  connectedCallback(): void {
    const icon = make('span', { 'aria-hidden': 'true' });
    const word = make('span', { class: 'hidden-text' });
    const button = make('button', { type: 'button', class: 'header-tool rf-theme' }, icon, word);
    const show = (theme: Theme) => {
      icon.textContent = icons[theme];
      word.textContent = `Theme: ${theme}`;
      button.title = `Theme: ${theme}`;
    };
    button.addEventListener('click', () => {
      const next = themes[(themes.indexOf(readTheme()) + 1) % themes.length] ?? 'system';
      keep(storageKey, next === 'system' ? undefined : next);
      applyTheme(next);
      show(next);
    });
    show(readTheme());
    this.replaceChildren(button);
  }
}
