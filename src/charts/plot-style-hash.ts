import * as Plot from '@observablehq/plot';
import { plotClass } from './line-chart.ts';

/**
 * The CSP source of the one style text that Plot puts into a chart of the class `rf-plot`. Our line charts drop that element
 * before they are attached; a chart drawn by Plot alone needs this in `style-src`. A test recomputes it.
 */
export const plotStyleSource = "'sha256-tkTgQtBy3ZlyNzeJjWfOtMPDNmWjPqRn8bH5ILEIxNo='";

/** The style text that Plot writes for our class; it depends on nothing else. */
export function plotStyleText(document: Document): string {
  const svg = Plot.plot({ document, className: plotClass, marks: [] });
  return svg.querySelector('style')?.textContent ?? '';
}

/** Works out the CSP source of `plotStyleText` with Web Crypto. */
export async function computePlotStyleSource(document: Document): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(plotStyleText(document)));
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
}
