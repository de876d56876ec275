import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parsePatch, readPatch } from '../../src/site/read-patch.ts';

const root = mkdtempSync(join(tmpdir(), 'runfolio-patch-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const patch = `diff --git a/train.py b/train.py
--- a/train.py
+++ b/train.py
@@ -1,3 +1,4 @@ def step():
 same
--- a removed line that begins with dashes
+++ an added line that begins with pluses
+key = "sk-hunter2"
 same
\\ No newline at end of file
diff --git a/b.py b/b.py
new file mode 100644
--- /dev/null
+++ b/b.py
@@ -0,0 +1 @@
+new
`;

describe('parsePatch', () => {
  test('tells lines of a file from heads, by the counts of each hunk', () => {
    const { lines, added, removed, files, hidden } = parsePatch(patch);
    expect(lines.map(({ kind }) => kind)).toEqual([
      ...['file', 'file', 'file', 'place', 'same', 'removed', 'added', 'added', 'same', 'same'],
      ...['file', 'file', 'file', 'file', 'place', 'added'],
    ]);
    expect({ added, removed, files, hidden }).toEqual({ added: 3, removed: 1, files: 2, hidden: 0 });
  });

  test('shows 400 lines and counts all', () => {
    const text = `diff --git a/a b/a\n@@ -0,0 +1,1000 @@\n${'+x\n'.repeat(1000)}`;
    expect(parsePatch(text)).toMatchObject({ added: 1000, hidden: 602 });
    expect(parsePatch(text).lines).toHaveLength(400);
  });
});

describe('readPatch', () => {
  test('cuts secrets out, as the published copy does', async () => {
    writeFileSync(join(root, 'uncommitted.patch'), patch);
    const secretsByFile = new Map([['uncommitted.patch', new Set(['sk-hunter2'])]]);
    const read = await readPatch({ root, secretsByFile }, 'uncommitted.patch');
    expect(read?.lines.map(({ text }) => text)).toContain('+key = "[redacted]"');
  });

  test('gives nothing for a file that is not there', async () => {
    expect(await readPatch({ root, secretsByFile: new Map() }, 'gone.patch')).toBeUndefined();
  });
});
