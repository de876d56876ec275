import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { chartSettings, commonChartSettings } from '../../src/format/chart-settings.ts';

const guide = readFileSync(join(import.meta.dirname, '../../src/content/docs/panels.md'), 'utf8');

describe("the guide's example of charts:", () => {
  const charts = parse(/```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? '').charts as { type: string }[];

  it('is sound, and shows every type', () => {
    for (const chart of charts) expect(chartSettings.safeParse(chart).error, JSON.stringify(chart)).toBeUndefined();
    const types = chartSettings.options.map(({ shape }) => shape.type.value);
    expect([...new Set(charts.map(({ type }) => type))]).toEqual(types);
  });

  it('names what every panel takes', () => {
    const keys = Object.keys(commonChartSettings.shape);
    expect(keys).toEqual(['type', 'title', 'size', 'where']);
    for (const key of keys) expect(guide, key).toContain(`\`${key}\``);
    for (const { shape } of chartSettings.options) expect(Object.keys(shape)).toEqual(expect.arrayContaining(keys));
  });

  it('has a row of the table for every key of every type', () => {
    for (const { shape } of chartSettings.options) {
      const row = guide
        .split('\n')
        .find((line) => line.startsWith('| `') && line.split('|')[1]?.includes(`\`${shape.type.value}\``));
      const common = Object.keys(commonChartSettings.shape);
      const keys = Object.keys(shape).filter((key) => !common.includes(key));
      for (const key of keys) expect(row, `${shape.type.value}: ${key}`).toContain(`\`${key}\``);
    }
  });
});
