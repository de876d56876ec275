import { Artifact } from './artifact.ts';
import { reasonOf } from './file-system.ts';
import type { Attachment } from './flatten-values.ts';
import { Image } from './image.ts';
import { type Json, makeRecord } from './json-line.ts';
import { maxItems } from './limits.ts';
import type { Step } from './metric-line.ts';
import { plainValue, typeName } from './plain-value.ts';
import type { RecordWriter } from './record-writer.ts';
import { redact } from './redact.ts';
import { type RunFiles, stepInName } from './run-files.ts';
import { Table } from './table.ts';

/** Writes the records and files of a value that has a record of its own. What cannot be written is warned of. */
export function writeAttachment(
  name: string,
  attachment: Attachment,
  step: Step,
  { writer, files }: { writer: RecordWriter; files: RunFiles },
): void {
  try {
    if (attachment instanceof Image) files.addImage(`${name}-${stepInName(step)}`, attachment, name, step);
    else if (attachment instanceof Artifact) files.addArtifact(attachment, step);
    else if (attachment instanceof Table) writeTable(name, attachment, step, writer, files);
    else {
      const { edges, counts } = attachment.toRecordFields();
      writer.append(makeRecord({ event: 'histogram', name, step, time: writer.now(), edges, counts }));
    }
  } catch (error) {
    writer.warn(name, `could not be written (${typeName(error)}: ${reasonOf(error).slice(0, 200)})`);
  }
}

function writeTable(name: string, table: Table, step: Step, writer: RecordWriter, files: RunFiles): void {
  const { columns, rows, kind } = table;
  const cellOf = (cell: unknown, row: number, column: number): Json => {
    if (cell instanceof Image) {
      return files.addImage(`${name}-${stepInName(step)}-${row}-${column}`, cell, `${name}/${row}/${column}`, step);
    }
    const place = `${name}/${columns[column] ?? column}`;
    return redact(plainValue(cell, place, writer.warn), place);
  };
  if (rows.length > maxItems) writer.warn(name, `has ${rows.length} rows; the first ${maxItems} are kept`);
  const cells = rows.slice(0, maxItems).map((row, i) => row.map((cell, j) => cellOf(cell, i, j)));
  writer.append(
    makeRecord({ event: 'table', name, step, time: writer.now(), kind, columns: [...columns], rows: cells }),
  );
}
