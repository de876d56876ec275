import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { maybeFindChromium } from './chromium.ts';

// `npm test`: lint, types, then every test. All of it runs even after a failure, so that one run tells everything;
// arguments go to vitest (`npm test -- tests/series`). The last line counts: each check as one, each test as one.

const root = fileURLToPath(new URL('..', import.meta.url));
const results: { name: string; passed: boolean }[] = [];

function heading(text: string) {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(3, 76 - text.length))}`);
}

function run(command: string, args: string[]): number {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  return result.status ?? 1;
}

function check(name: string, command: string, args: string[]) {
  heading(name);
  results.push({ name, passed: run(command, args) === 0 });
}

/** Finds Chromium, or installs Debian's where that needs no one's leave. */
function chromiumIsReady(): boolean {
  const found = maybeFindChromium();
  if (found !== undefined) {
    console.log(found);
    return true;
  }
  const named = process.env.RUNFOLIO_CHROMIUM;
  if (named) {
    console.error(`RUNFOLIO_CHROMIUM is "${named}", which is not a program. Set it to Chromium's path, or unset it.`);
    return false;
  }
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Not found; installing the one of this distribution.');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [
      ['update', '-qq'],
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'],
    ]) {
      spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    }
    const installed = maybeFindChromium();
    if (installed !== undefined) {
      console.log(installed);
      return true;
    }
  }
  console.error(
    [
      'The browser tests need Chromium, and none was found. Install one of these, then run npm test again:',
      '  Debian, Ubuntu:  sudo apt-get install chromium    (Ubuntu: chromium-browser)',
      '  Fedora:          sudo dnf install chromium',
      '  macOS:           brew install --cask chromium',
      'or name any Chromium or Chrome that you have: RUNFOLIO_CHROMIUM=/path/to/chrome npm test',
    ].join('\n'),
  );
  return false;
}

/** Runs vitest and gives its counts; a run that broke outside of any test counts as one failure. */
function runVitest(args: string[]): { passed: number; failed: number; skipped: number } {
  const folder = mkdtempSync(join(tmpdir(), 'runfolio-test-'));
  const reportFile = join(folder, 'report.json');
  try {
    const status = run('vitest', [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
      ...args,
    ]);
    if (!existsSync(reportFile)) return { passed: 0, failed: 1, skipped: 0 };
    const report = JSON.parse(readFileSync(reportFile, 'utf8'));
    return {
      passed: report.numPassedTests,
      failed: Math.max(report.numFailedTests, status === 0 ? 0 : 1),
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

check('Lint and format (biome)', 'biome', ['check', '.']);
check('Types of pages (astro check)', 'astro', ['check', '--minimumFailingSeverity', 'warning', '--noSync']);
check('Types (tsc)', 'tsc', ['--noEmit']);

heading('Chromium for the browser tests');
if (!chromiumIsReady()) process.exit(2);

heading('Tests (vitest)');
if (!existsSync(join(root, '../shared/data'))) {
  console.log('The data sets in ../shared/data are not here: the tests that need them are skipped, and counted so.');
}
const tests = runVitest(process.argv.slice(2));

heading('Result');
for (const { name, passed } of results) console.log(`${passed ? 'passed' : 'FAILED'}  ${name}`);
console.log(`${tests.failed === 0 ? 'passed' : 'FAILED'}  Tests`);
const passed = tests.passed + results.filter((result) => result.passed).length;
const failed = tests.failed + results.filter((result) => !result.passed).length;
console.log(`${passed} passed, ${failed} failed${tests.skipped > 0 ? `, ${tests.skipped} skipped` : ''}`);
process.exitCode = failed === 0 ? 0 : 1;
