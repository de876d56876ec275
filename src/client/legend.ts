import type { LineChart } from '../charts/line-chart.ts';
import { colourClasses } from '../charts/run-colour.ts';
import { make, makeSvg } from './element.ts';

/**
 * Lists the lines of a chart that are not named at their ends; pointing at a name fades the other lines. The list is empty
 * and hidden when they are, and for a line alone.
 */
export function showLegend(list: HTMLElement, chart: LineChart): void {
  const { singles, svg } = chart;
  list.hidden = chart.isNamed || singles.length < 2;
  if (list.hidden) {
    list.replaceChildren();
    return;
  }
  const drawn = [...svg.querySelectorAll('.rf-line')]; // in the order of `singles`
  const items = singles.map(({ line, colour }, place) => {
    const swatch = makeSvg('svg', {
      class: 'rf-swatch',
      viewBox: '0 0 24 8',
      width: 24,
      height: 8,
      'aria-hidden': 'true',
    });
    swatch.append(makeSvg('path', { d: 'M1 4h22', class: colourClasses(colour) }));
    const item = make('li', {}, swatch, line.label);
    const fade = (isOn: boolean) => {
      for (const [i, mark] of drawn.entries()) {
        mark.classList.toggle('rf-faded', isOn && i !== place);
        mark.classList.toggle('rf-strong', isOn && i === place);
      }
    };
    item.addEventListener('pointerenter', () => fade(true));
    item.addEventListener('pointerleave', () => fade(false));
    return item;
  });
  list.replaceChildren(...items);
}
