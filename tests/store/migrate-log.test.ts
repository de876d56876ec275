import { expect, it } from 'vitest';
import type { Migration } from '../../src/format/migrations.ts';
import { migrateLog } from '../../src/store/migrate-log.ts';

const steps: Migration[] = [
  {
    from: 1,
    what: '"loss" is called "train/loss"',
    migrate: ({ loss, ...rest }) => (loss === undefined ? rest : { ...rest, 'train/loss': loss }),
  },
  {
    from: 2,
    what: 'a note is called a remark',
    migrate: (record) => (record.event === 'note' ? { ...record, event: 'remark' } : record),
  },
];

it('migrateLog takes each line through every step from the version of its start', () => {
  const before = '{"event":"start","seed":1}\n{"step":1,"loss":0.5}\n{"event":"note","text":"x"}\n{"step":2,"lo';
  expect(migrateLog(before, { steps, target: 3 })).toBe(
    '{"event":"start","seed":1,"schema":3}\n{"step":1,"train/loss":0.5}\n{"event":"remark","text":"x"}\n{"step":2,"lo',
  );
});

it('migrateLog starts at the version that a later start names', () => {
  const before = '{"event":"start","schema":2}\n{"step":1,"loss":0.5}\n{"event":"note","text":"x"}\n';
  expect(migrateLog(before, { steps, target: 3 })).toContain('{"step":1,"loss":0.5}\n{"event":"remark","text":"x"}');
});

it('migrateLog leaves a log of the present version alone', () => {
  expect(migrateLog('{"event":"start","seed":1}\n{"step":1,"loss":0.5}\n')).toBeUndefined();
});

it('migrateLog says which step is missing', () => {
  expect(() => migrateLog('{"step":1}\n', { steps: [], target: 2 })).toThrow('no step from version 1');
});
