/** What a panel is drawn into. */
export interface PanelFrame {
  /** Of the browser, or linkedom's at build time. */
  document: Document;
  widthPx: number;
  heightPx: number;
  /** Runs that were picked: the others are drawn faint. Nothing is picked when it is empty. */
  selected?: ReadonlySet<string>;
}

/** Something in a panel that a pointer or a key can come to. */
export interface PanelTarget {
  /** Middle, in pixels of the picture. */
  x: number;
  y: number;
  /** The area that belongs to it, where it is more than a point: left, top, width, height. */
  area?: [number, number, number, number];
  title: string;
  /** Name and value, line by line. */
  facts: [name: string, value: string][];
  /** The runs that it stands for; one for a dot. */
  runIds: string[];
  /** Points of its line, where it is one. */
  path?: [number, number][];
}

/** An axis of a panel along which a range can be chosen. */
export interface BrushAxis {
  field: string;
  label: string;
  /** Where it stands, for an upright axis; its other end for all. */
  x: number;
  range: readonly [bottomPx: number, topPx: number];
  /** The value at a pixel: a number, or the place of a category. */
  valueAt: (px: number) => number;
  toPx: (value: number) => number;
  categories: string[] | undefined;
}

/** What a colour in a panel means. */
export interface PanelKey {
  /** Class of the swatch: `rf-f3`, `rf-h2`. */
  swatch: string;
  text: string;
}

/** A drawn panel. */
export interface Panel {
  svg: SVGSVGElement;
  /** In the order in which keys walk through them. */
  targets: PanelTarget[];
  keys: PanelKey[];
  /** What the colours tell apart. */
  keyTitle?: string;
  axes?: BrushAxis[];
}

/** A panel in words and as a table: made at build, without drawing. */
export interface PanelText {
  caption: string;
  /** What is true only of the picture that the page was built with. */
  stillNote?: string;
  columns: string[];
  /** Cells as text; `href` of a run is made by the page from `runId`. */
  rows: { runId?: string; cells: string[] }[];
}

/** Rows of a panel's table that a page holds. */
export const maxTextRows = 50;
