import { make } from './element.ts';

/** Pixels within which the pointer is at a record. */
const reachPx = 24;

/** Tells the record nearest to the pointer on a timeline: run, value, commit and time. */
export function makeRecordsHover(figure: HTMLElement): void {
  const box = figure.querySelector<HTMLElement>('.rf-chart-box');
  const records = JSON.parse(figure.dataset.records ?? '[]') as string[][];
  if (box === null || records.length === 0) return;
  const tip = make('div', { class: 'rf-tip records-tip', 'aria-hidden': 'true' });
  tip.hidden = true;
  box.append(tip);
  let marked: Element | undefined;
  const clear = () => {
    tip.hidden = true;
    marked?.classList.remove('rf-record-here');
    marked = undefined;
  };
  box.addEventListener('pointermove', (event) => {
    let nearest: { circle: Element; index: number; distance: number; x: number; y: number } | undefined;
    const frame = box.getBoundingClientRect();
    for (const svg of box.querySelectorAll('svg')) {
      if (svg.getClientRects().length === 0) continue; // the other of the two pictures
      for (const [index, circle] of [...svg.querySelectorAll('.rf-record circle')].entries()) {
        const { left, top, width, height } = circle.getBoundingClientRect();
        const [x, y] = [left + width / 2, top + height / 2];
        const distance = Math.hypot(event.clientX - x, event.clientY - y);
        if (nearest === undefined || distance < nearest.distance)
          nearest = { circle, index, distance, x: x - frame.left, y: y - frame.top };
      }
    }
    if (nearest === undefined || nearest.distance > reachPx) {
      clear();
      return;
    }
    if (marked === nearest.circle) return;
    clear();
    marked = nearest.circle;
    marked.classList.add('rf-record-here');
    const [name = '', ...facts] = records[nearest.index] ?? [];
    tip.replaceChildren(make('strong', {}, name), ...facts.map((fact) => make('div', {}, fact)));
    tip.hidden = false;
    const left = Math.min(Math.max(0, nearest.x + 12), Math.max(0, frame.width - tip.offsetWidth));
    const top = nearest.y + 12 + tip.offsetHeight > frame.height ? nearest.y - 12 - tip.offsetHeight : nearest.y + 12;
    tip.style.left = `${left}px`;
    tip.style.top = `${Math.max(0, top)}px`;
  });
  box.addEventListener('pointerleave', clear);
}
