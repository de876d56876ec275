// npm run bench [-- GROUP …] [-- --lines N] [-- --times N] [-- --out FILE]: figures as ratios to a floor measured in the same run.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchBrowser } from './bench/browser.ts';
import { type BenchOptions, type BenchResult, formatBench } from './bench/group.ts';
import { benchLogging } from './bench/logging.ts';
import { benchValidate } from './bench/validate.ts';

const groups = new Map<string, (options: BenchOptions) => BenchResult | Promise<BenchResult>>([
  ['validate', benchValidate],
  ['logging', benchLogging],
  ['browser', benchBrowser],
]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    lines: { type: 'string', default: '1000000' },
    times: { type: 'string', default: '3' },
    out: { type: 'string' },
  },
});
const options = { lines: Number(values.lines), times: Number(values.times) };
const chosen = positionals.length === 0 ? [...groups.keys()] : positionals;
const unknown = chosen.filter((name) => !groups.has(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no group "${unknown[0]}"; there are: ${[...groups.keys()].join(', ')}.\n`);
  process.exit(2);
}

const reports: Record<string, unknown> = {};
for (const name of chosen) {
  const result = await groups.get(name)?.(options);
  if (result === undefined) continue;
  process.stdout.write(formatBench(result));
  reports[name] = result.report;
}
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(reports, null, 2)}\n`);
