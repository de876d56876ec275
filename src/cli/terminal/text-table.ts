import type { Paint } from '../../diagnostics/print-pretty.ts';
import type { Glyphs } from './glyphs.ts';
import { cutText, holdDirection, plainLine, textWidth } from './text-width.ts';

export type CellStyle = Parameters<Paint>[0];

export interface TextCell {
  text: string;
  style?: CellStyle | undefined;
}

export interface TextColumn {
  head: string;
  /** `number` puts decimal points below each other. */
  align?: 'left' | 'right' | 'number';
  cells: (TextCell | string)[];
  /** Stays however narrow the terminal is; the first column always does. */
  isKept?: boolean;
}

export interface TableStyle {
  glyphs: Glyphs;
  paint?: Paint;
  /** Columns of the terminal; undefined where there is none, and so no bound. */
  width?: number | undefined;
  /** True where text goes to a screen. */
  isTerminal?: boolean;
}

/** A table as text, and the heads of the columns that found no room. */
export interface PrintedTable {
  text: string;
  dropped: string[];
}

const gap = '  ';
/** A first column is cut to this when nothing else can go. */
const leastFirst = 16;

/**
 * Prints rows in aligned columns, two spaces apart, with the heads dimmed. What is too wide for the terminal loses its last
 * columns, those to be kept excepted, and then the end of its first one. Cells are made safe for a terminal.
 */
export function printTable(columns: readonly TextColumn[], style: TableStyle): PrintedTable {
  const prepared = columns.map((column) => prepare(column));
  const dropped = dropColumns(prepared, style.width);
  const left = prepared.filter((column) => !dropped.has(column));
  squeezeFirst(left, style);
  const rows = Math.max(0, ...left.map(({ cells }) => cells.length));
  const lines: string[] = [];
  for (let row = -1; row < rows; row++) {
    const cells = left.map((column, i) => printCell(column, row, style, i === left.length - 1));
    lines.push(cells.join(gap).trimEnd());
  }
  return {
    text: lines.map((line) => `${line}\n`).join(''),
    dropped: prepared.filter((column) => dropped.has(column)).map(({ head }) => head),
  };
}

interface PreparedColumn {
  head: string;
  align: 'left' | 'right';
  cells: TextCell[];
  width: number;
  isKept: boolean;
}

function prepare({ head, align = 'left', cells, isKept = false }: TextColumn): PreparedColumn {
  const plain = cells.map((cell) => {
    const { text, style } = typeof cell === 'string' ? { text: cell, style: undefined } : cell;
    return { text: plainLine(text), style };
  });
  if (align === 'number') alignPoints(plain);
  const shownHead = plainLine(head);
  const width = plain.reduce((most, { text }) => Math.max(most, textWidth(text)), textWidth(shownHead));
  return { head: shownHead, align: align === 'left' ? 'left' : 'right', cells: plain, width, isKept };
}

/** Pads each number on its right, so that its point stands below that of the others. */
function alignPoints(cells: { text: string }[]): void {
  const tail = ({ text }: { text: string }): number => {
    const number = /^[-+\d.,]+/.exec(text)?.[0] ?? '';
    const point = number.indexOf('.');
    return number === '' ? 0 : text.length - (point === -1 ? number.length : point);
  };
  const longest = cells.reduce((most, cell) => Math.max(most, tail(cell)), 0);
  for (const cell of cells) if (/^[-+\d]/.test(cell.text)) cell.text += ' '.repeat(longest - tail(cell));
}

function totalWidth(columns: readonly PreparedColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width, gap.length * Math.max(0, columns.length - 1));
}

function dropColumns(columns: readonly PreparedColumn[], width: number | undefined): Set<PreparedColumn> {
  const dropped = new Set<PreparedColumn>();
  if (width === undefined) return dropped;
  const mayGo = columns.filter(({ isKept }, i) => i > 0 && !isKept);
  while (mayGo.length > 0 && totalWidth(columns.filter((column) => !dropped.has(column))) > width) {
    const last = mayGo.pop();
    if (last !== undefined) dropped.add(last);
  }
  return dropped;
}

function squeezeFirst(columns: readonly PreparedColumn[], { width, glyphs }: TableStyle): void {
  const [first] = columns;
  if (width === undefined || first === undefined) return;
  const excess = totalWidth(columns) - width;
  if (excess <= 0) return;
  first.width = Math.max(Math.min(first.width, leastFirst), first.width - excess);
  first.head = cutText(first.head, first.width, glyphs.ellipsis);
  for (const cell of first.cells) cell.text = cutText(cell.text, first.width, glyphs.ellipsis);
}

function printCell(column: PreparedColumn, row: number, style: TableStyle, isLast: boolean): string {
  const { paint = (_style, text) => text, isTerminal = false } = style;
  const cell = row < 0 ? { text: column.head, style: 'dim' as const } : (column.cells[row] ?? { text: '' });
  const space = ' '.repeat(Math.max(0, column.width - textWidth(cell.text)));
  const shown = isTerminal ? holdDirection(cell.text) : cell.text;
  const painted = cell.style === undefined || shown.trim() === '' ? shown : paint(cell.style, shown);
  if (column.align === 'right') return space + painted;
  return isLast ? painted : painted + space;
}
