import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { close, createIndex } from 'pagefind';
import type { SearchRecord } from './search-records.ts';

/** Fragment files an index may have; more records share files. */
const maxFragments = 100;

/** Records handed to Pagefind before their answers are waited for. */
const batchSize = 200;

/**
 * Writes the search index of `records` to `outDir/pagefind/`: a bundle of Pagefind's without its user interface. Gives
 * the number of records.
 *
 * @throws when the Pagefind binary cannot be run, or refuses a record.
 */
export async function buildSearch(records: Iterable<SearchRecord>, outDir: string): Promise<number> {
  const { index, errors } = await createIndex({ forceLanguage: 'en', includeCharacters: '=_./+-', maxFragments });
  if (index === undefined) throw new Error(`Pagefind could not start: ${errors.join('; ')}`);
  try {
    let count = 0;
    let batch: Promise<{ errors: string[] }>[] = [];
    const settle = async () => {
      const faults = (await Promise.all(batch)).flatMap((answer) => answer.errors);
      batch = [];
      if (faults.length > 0) throw new Error(`Pagefind refused a record: ${faults[0]}`);
    };
    for (const record of records) {
      batch.push(index.addCustomRecord({ ...record }));
      count += 1;
      if (batch.length >= batchSize) await settle();
    }
    await settle();
    const { files, errors: faults } = await index.getFiles();
    if (faults.length > 0) throw new Error(`Pagefind could not write its index: ${faults.join('; ')}`);
    for (const file of files) {
      if (/^pagefind-(ui|modular|component|highlight)/.test(file.path)) continue;
      const target = join(outDir, 'pagefind', file.path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, file.content);
    }
    return count;
  } finally {
    await close();
  }
}
