import type { ChartScale } from '../charts/chart-scale.ts';
import type { Range } from './zoom-text.ts';

/** What a hand does on a chart, in pixels and in x. */
export interface GestureHandlers {
  /** The x scale of what is drawn, and the widest range there is; undefined while nothing is drawn. */
  scale: () => ChartScale | undefined;
  onHover: (px: { x: number; y: number }) => void;
  onLeave: () => void;
  /** A click or a tap. */
  onPress: (px: { x: number; y: number }) => void;
  /** A range is being dragged over; undefined when that is over. */
  onBrush: (pixels: Range | undefined) => void;
  onZoom: (range: Range | undefined, options?: { isPassing?: boolean }) => void;
}

/** Less than this is a click, not a drag. */
const slackPx = 4;
/** A finger that stays this long begins a drag over x; one that moves before scrolls the page. */
const longPressMs = 400;
/** After the last turn of the wheel the zoom is written down. */
const wheelRestMs = 300;

/**
 * Listens to pointers on a chart: drag zooms x, Shift-drag pans, a double click shows all, the wheel zooms while Alt is
 * down. On touch a long press begins the drag and a tap reads values out; a plain swipe scrolls the page.
 */
export function listenForGestures(stage: HTMLElement, handlers: GestureHandlers): void {
  const { scale, onHover, onLeave, onPress, onBrush, onZoom } = handlers;
  let from: { x: number; y: number; domain: Range; isPan: boolean } | undefined;
  let isDragging = false;
  let pressTimer: ReturnType<typeof setTimeout> | undefined;
  let wheelTimer: ReturnType<typeof setTimeout> | undefined;

  const placeOf = (event: MouseEvent) => {
    const box = stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const begin = (event: PointerEvent) => {
    const drawn = scale();
    if (drawn === undefined) return;
    from = { ...placeOf(event), domain: drawn.domain, isPan: event.shiftKey };
    if (stage.isConnected) stage.setPointerCapture(event.pointerId);
  };
  const rangeOf = (a: number, b: number): Range => {
    const drawn = scale();
    return [drawn?.fromPx(Math.min(a, b)) ?? Number.NaN, drawn?.fromPx(Math.max(a, b)) ?? Number.NaN];
  };
  const panned = (x: number): Range | undefined => {
    const drawn = scale();
    if (drawn === undefined || from === undefined) return undefined;
    const [r0, r1] = drawn.range;
    const by = ((x - from.x) / (r1 - r0)) * (from.domain[1] - from.domain[0]);
    return [from.domain[0] - by, from.domain[1] - by];
  };
  const stop = () => {
    clearTimeout(pressTimer);
    from = undefined;
    isDragging = false;
    onBrush(undefined);
  };

  stage.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    if (event.pointerType !== 'touch') {
      begin(event);
      return;
    }
    const start = placeOf(event);
    clearTimeout(pressTimer);
    pressTimer = setTimeout(() => {
      begin(event);
      isDragging = true;
      onBrush([start.x, start.x]);
    }, longPressMs);
  });
  stage.addEventListener('pointermove', (event) => {
    const at = placeOf(event);
    if (from === undefined) {
      if (event.pointerType !== 'touch') onHover(at);
      return;
    }
    if (Math.abs(at.x - from.x) > slackPx) isDragging = true;
    if (!isDragging) return;
    if (from.isPan) onZoom(panned(at.x), { isPassing: true });
    else onBrush([from.x, at.x]);
  });
  stage.addEventListener('pointerup', (event) => {
    clearTimeout(pressTimer);
    const at = placeOf(event);
    const start = from;
    const wasDragging = isDragging;
    const pan = panned(at.x);
    if (start === undefined || !wasDragging) {
      stop();
      onPress(at);
      return;
    }
    const range = rangeOf(start.x, at.x);
    stop();
    if (start.isPan) onZoom(pan);
    else if (range[1] > range[0] && Math.abs(at.x - start.x) > slackPx) onZoom(range);
  });
  stage.addEventListener('pointercancel', () => {
    stop();
    onLeave();
  });
  stage.addEventListener('pointerleave', () => {
    if (from === undefined) onLeave();
  });
  // Once a long press holds the chart, moving the finger must not scroll the page any more.
  stage.addEventListener('touchmove', (event) => isDragging && event.preventDefault(), { passive: false });
  stage.addEventListener('contextmenu', (event) => isDragging && event.preventDefault());
  stage.addEventListener('dblclick', () => onZoom(undefined));
  stage.addEventListener(
    'wheel',
    (event) => {
      const drawn = scale();
      if (!event.altKey || drawn === undefined) return;
      event.preventDefault();
      const range = zoomedBy(drawn, placeOf(event).x, event.deltaY > 0 ? 1.25 : 0.8);
      onZoom(range, { isPassing: true });
      clearTimeout(wheelTimer);
      wheelTimer = setTimeout(() => onZoom(range), wheelRestMs);
    },
    { passive: false },
  );
}

/** The range that a zoom by a factor shows, around a pixel that stays where it is. */
export function zoomedBy(scale: ChartScale, px: number, factor: number): Range | undefined {
  const [from, to] = scale.domain;
  const at = scale.fromPx(px);
  const range: Range = [at - (at - from) * factor, at + (to - at) * factor];
  return range[1] > range[0] && Number.isFinite(range[1] - range[0]) ? range : undefined;
}
