import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What `.gitattributes` says of a path: `{merge: 'union', eol: 'lf'}`. */
function attributesOf(path: string): Record<string, string> {
  const output = execFileSync('git', ['check-attr', 'merge', 'eol', 'text', '--', path], {
    cwd: root,
    encoding: 'utf8',
  });
  return Object.fromEntries(
    output
      .trim()
      .split('\n')
      .map((line) => line.slice(path.length + 2).split(': ')),
  );
}

test('git joins both sides of a runs.jsonl, where each line is a whole run, at any depth', () => {
  for (const path of ['experiments/a/runs.jsonl', 'experiments/a/b/c/runs.jsonl']) {
    expect(attributesOf(path)).toEqual({ merge: 'union', eol: 'lf', text: 'set' });
  }
});

test('git never joins the stream of one run, since it may reorder lines', () => {
  for (const path of ['experiments/a/runs/seed-0.jsonl', 'experiments/a/runs/seed-0/run.jsonl']) {
    expect(attributesOf(path)).toEqual({ merge: 'unspecified', eol: 'lf', text: 'set' });
  }
});

test('git leaves the bytes of compressed logs and pictures alone', () => {
  for (const path of ['experiments/a/runs/seed-0.jsonl.gz', '.github/screenshot.png']) {
    expect(attributesOf(path)).toMatchObject({ text: 'unset' });
  }
});

test('the licence in package.json is the one in LICENSE', () => {
  const { license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(license).toBe('MIT');
  expect(readFileSync(join(root, 'LICENSE'), 'utf8')).toMatch(
    /^MIT License\n\nCopyright \(c\) 2026 Runfolio contributors\n/,
  );
});
