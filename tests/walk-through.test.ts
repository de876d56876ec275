import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const guide = await readFile(`${root}src/content/docs/walk-through.md`, 'utf8');

const blocks = (language: string): string[] =>
  [...guide.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].flatMap(([, name, text]) =>
    name === language && text !== undefined ? [text] : [],
  );

/** The words of a command line; single quotes hold several together. */
const words = (line: string): string[] => [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);

const transcripts = blocks('console').map((text): [command: string, output: string] => {
  const end = text.indexOf('\n');
  return [text.slice(0, end), text.slice(end + 1)];
});

test('the walk-through shows what the page, the CLI and the table for a paper say', () => {
  expect(transcripts.map(([command]) => command.split(' ').slice(0, 3).join(' '))).toEqual([
    '$ runfolio best',
    '$ runfolio compare',
    '$ runfolio table',
  ]);
});

test.each(transcripts)('%s prints what the walk-through shows', async (command, output) => {
  const [, , ...args] = words(command);
  const { code, stdout } = await runCli(args, { env: { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' } });
  expect(code).toBe(0);
  expect(stdout).toBe(output);
});

test('the view of the walk-through is the one of the repository', async () => {
  expect(blocks('yaml')).toEqual([await readFile(`${root}experiments/_views/weight-decay.yaml`, 'utf8')]);
});
