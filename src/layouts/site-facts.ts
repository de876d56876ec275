import type { SiteFacts } from '../site/site-facts.ts';
import { formatUtc } from '../site/views/time-text.ts';

/** Puts the facts of the site (built when, from what, with how many problems) into every footer, from one small file. */
async function showSiteFacts(footer: HTMLElement): Promise<void> {
  const response = await fetch(footer.dataset.siteFacts ?? '');
  if (!response.ok) return;
  const facts = (await response.json()) as SiteFacts;
  const line = footer.querySelector('[data-facts-line]');
  if (line !== null) {
    const built = document.createElement('time');
    built.dateTime = facts.builtAt;
    built.textContent = formatUtc(Date.parse(facts.builtAt));
    line.replaceChildren('Built ', built, facts.commit === null ? '' : ` from ${facts.commit.slice(0, 7)}`);
  }
  const problems = footer.querySelector('[data-facts-problems]');
  if (problems !== null && facts.problems !== null) problems.textContent = facts.problems;
  for (const place of document.querySelectorAll<HTMLElement>('[data-fact]')) {
    const value = facts[place.dataset.fact as keyof SiteFacts];
    if (value === undefined || value === null) continue;
    place.textContent = place.dataset.fact === 'builtAt' ? formatUtc(Date.parse(String(value))) : String(value);
  }
}

for (const footer of document.querySelectorAll<HTMLElement>('[data-site-facts]')) {
  showSiteFacts(footer).catch(() => {
    // The links in the footer lead to the same facts.
  });
}
