/** How many colours the palette has; `--c0` to `--c7` in `styles/charts.css`. */
export const colourCount = 8;

/** Stroke patterns by dash number: solid, long, dotted, long-short. The classes `rf-d0` to `rf-d3` draw them. */
export const dashPatterns = ['none', '6 3', '2 2', '8 3 2 3'] as const;

/** What a run is drawn with: a slot of the palette and a dash. */
export interface RunColour {
  /** 0 to 7: `--c0` … `--c7`. */
  slot: number;
  /** 0 to 3, an index of `dashPatterns`. */
  dash: number;
}

/** FNV-1a, 32 bits, over the UTF-8 bytes (http://www.isthe.com/chongo/tech/comp/fnv/). */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

/** The colour and dash a run has wherever it is alone: they follow from its id (`experiment/run`) and nothing else. */
export function runColour(runId: string): RunColour {
  const hash = fnv1a(runId);
  return { slot: hash % colourCount, dash: (hash >>> 3) & 3 };
}

/**
 * Colours for the runs of one view. The slot is always the run's own. Where two runs share slot and dash the later one
 * (by id, so that the order of the view does not matter) takes the next free dash; when all four are taken it keeps its own.
 */
export function assignRunColours(runIds: Iterable<string>): Map<string, RunColour> {
  const taken = new Set<number>(); // slot * 4 + dash
  const colours = new Map<string, RunColour>();
  for (const runId of [...new Set(runIds)].sort()) {
    const { slot, dash } = runColour(runId);
    const free = [0, 1, 2, 3].map((k) => (dash + k) % 4).find((candidate) => !taken.has(slot * 4 + candidate));
    const colour = { slot, dash: free ?? dash };
    taken.add(slot * 4 + colour.dash);
    colours.set(runId, colour);
  }
  return colours;
}

/** The classes that paint a stroke of this colour: `rf-c3 rf-d1`. */
export function colourClasses({ slot, dash }: RunColour): string {
  return `rf-c${slot} rf-d${dash}`;
}
