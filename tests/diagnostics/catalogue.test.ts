import { expect, test } from 'vitest';
import { catalogue } from '../../src/diagnostics/catalogue.ts';

test.each(Object.entries(catalogue))(
  '%s has a kebab-case code, a severity, a title, a meaning and a way to mend it',
  (code, { severity, title, meaning, mend }) => {
    expect(code).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(['error', 'warning', 'note']).toContain(severity);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(mend).toMatch(/^[A-Z].*[.…]$/);
  },
);

test('the codes are permanent: one may be added here, none removed', () => {
  const present = Object.keys(catalogue);
  for (const code of [
    'not-json',
    'python-repr',
    'json-comment',
    'trailing-comma',
    'indented-json',
    'json-array',
    'not-an-object',
    'invalid-utf8',
    'nul-bytes',
    'nul-tail',
    'line-too-long',
    'nested-too-deep',
    'too-many-keys',
    'too-many-metrics',
    'glued-line',
    'incomplete-last-line',
    'conflict-marker',
    'duplicate-key',
    'crlf',
    'byte-order-mark',
    'empty-log',
    'unknown-event',
    'record-invalid',
    'step-not-a-number',
    'time-unreadable',
    'time-without-zone',
    'clock-went-back',
    'text-in-metric',
    'unknown-status',
    'record-after-end',
    'second-start',
    'newer-schema',
    'secret',
    'artifact-outside',
    'artifact-missing',
    'link-not-allowed',
    'utf16',
    'utf32',
    'binary-file',
    'lfs-pointer',
    'gzip-truncated',
    'gzip-too-large',
    'not-gzip',
    'cannot-read',
    'not-a-file',
    'symlink',
    'id-invalid',
    'id-missing',
    'id-collision',
    'id-case-collision',
    'repeated-run',
    'near-miss-name',
    'runs-outside-experiment',
    'no-log-in-folder',
    'yaml-syntax',
    'yaml-limit',
    'yaml-tag',
    'yaml-not-a-mapping',
    'second-document',
    'unknown-key',
    'repeated-key',
    'wrong-type',
    'unknown-run',
    'unknown-variable',
    'unquoted-variable',
    'unused-variable',
    'missing-required',
  ]) {
    expect(present).toContain(code);
  }
});
