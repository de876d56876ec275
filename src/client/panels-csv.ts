import type { PanelSpec } from '../charts/panels/draw-panel.ts';
import type { PanelTarget } from '../charts/panels/panel.ts';
import { fieldLabel, type PanelField, type PanelRun, readColumn } from '../charts/panels/panel-data.ts';

/**
 * Gives what a panel shows as CSV, under a comment that says what and where: a row a run with every digit of its values for
 * panels over runs, else a row for each thing that can be pointed at.
 */
export function panelCsv(
  spec: PanelSpec,
  runs: readonly PanelRun[],
  { targets, title, address }: { targets: readonly PanelTarget[]; title: string; address: string },
): string {
  const fields = fieldsOf(spec);
  const table = fields.length > 0 ? runTable(fields, runs) : targetTable(targets);
  return [`# ${title.replace(/\s+/g, ' ')}`, `# ${address}`, ...table.map((row) => row.map(quote).join(','))]
    .join('\n')
    .concat('\n');
}

/** The fields of a panel over runs, in the order of its axes; none for other panels. */
function fieldsOf(spec: PanelSpec): PanelField[] {
  const fields = (() => {
    switch (spec.type) {
      case 'scatter':
      case 'strip':
        return [spec.x, spec.y, spec.color];
      case 'bar':
      case 'box':
        return [spec.x, spec.y];
      case 'parallel':
        return [...spec.axes, spec.color];
      case 'heatmap':
        return [spec.x, spec.y, spec.value];
      case 'histogram':
        return [spec.metric];
      default:
        return [];
    }
  })();
  return fields.filter((field) => field !== undefined);
}

function runTable(fields: readonly PanelField[], runs: readonly PanelRun[]): string[][] {
  const columns = fields.map((field) => readColumn(field, runs));
  return [
    ['run', 'ranked', ...fields.map(fieldLabel)],
    ...runs.map(({ id, isRanked }, i) => [
      id,
      isRanked ? 'yes' : 'no',
      ...columns.map(({ isNumeric, numbers, texts }) =>
        isNumeric ? (numbers[i]?.toString() ?? '') : (texts[i] ?? ''),
      ),
    ]),
  ];
}

function targetTable(targets: readonly PanelTarget[]): string[][] {
  const names = [...new Set(targets.flatMap(({ facts }) => facts.map(([name]) => name)))];
  return [
    ['of', ...names],
    ...targets.map(({ title, facts }) => {
      const values = new Map(facts);
      return [title, ...names.map((name) => values.get(name) ?? '')];
    }),
  ];
}

/** Quotes where CSV asks for it; a text that a spreadsheet would take for a formula gets a quote mark in front. */
function quote(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) && !Number.isFinite(Number(text)) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
