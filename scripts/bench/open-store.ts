// Reads a repository of logs as `runfolio validate` does.
import { countSeverity } from '../../src/diagnostics/diagnostic-list.ts';
import { openStore } from '../../src/store/open-store.ts';
import { tellMeasure } from './measure.ts';

const [root = ''] = process.argv.slice(2);
const startMs = performance.now();
const store = await openStore(root);
const ms = performance.now() - startMs;
let records = 0;
for (const run of store.runs.values()) records += run.recordCount;
tellMeasure({ ms, records, runs: store.runs.size, errors: countSeverity(store.diagnostics, 'error') });
