import type { RunColour } from '../charts/run-colour.ts';
import { colourClasses } from '../charts/run-colour.ts';
import { makeSvg } from './element.ts';

/** A short line in a run's colour and dash; decorative. */
export function swatch(colour: RunColour | undefined): SVGSVGElement {
  const svg = makeSvg('svg', { class: 'rf-swatch', viewBox: '0 0 24 8', width: 24, height: 8, 'aria-hidden': 'true' });
  if (colour !== undefined) svg.append(makeSvg('path', { d: 'M1 4h22', class: colourClasses(colour) }));
  return svg;
}

/** Address of a run's page. */
export function runAddress(runId: string, base: string): string {
  return `${base}r/${runId.split('/').map(encodeURIComponent).join('/')}/`;
}
