import { describe, expect, it } from 'vitest';
import { DiagnosticList } from '../../src/diagnostics/diagnostic-list.ts';
import { publishedSchema } from '../../src/format/json-schemas.ts';
import { compileTeePattern, type TeePatternSetting } from '../../src/format/tee-pattern.ts';
import { defaultLimits } from '../../src/store/limits.ts';
import { readExperimentSettings } from '../../src/store/read-settings.ts';
import { writeLogs } from '../store/log-folder.ts';

function groupsOf(setting: TeePatternSetting): unknown {
  const compiled = compileTeePattern(setting);
  return compiled.ok ? { step: compiled.tee.step, metrics: [...compiled.tee.metrics] } : compiled.message;
}

describe('compileTeePattern', () => {
  it('takes each named group as a metric and the group step as the step', () => {
    expect(groupsOf('(?P<loss>\\S+) at (?P<step>\\d+)')).toEqual({ step: 2, metrics: [['loss', 1]] });
    expect(groupsOf('(?P<loss>\\S+)')).toEqual({ step: undefined, metrics: [['loss', 1]] });
  });

  it('takes groups by number or name for metrics whose names no group can have', () => {
    expect(
      groupsOf({ match: '(\\d+): (\\S+) (?P<v>\\S+)', step: 1, metrics: { 'train/loss': 2, 'val/loss': 'v' } }),
    ).toEqual({
      step: 1,
      metrics: [
        ['train/loss', 2],
        ['val/loss', 3],
      ],
    });
  });

  it('says what a pattern lacks', () => {
    const faulty: TeePatternSetting[] = [
      '(\\d+)',
      '(?P<step>\\d+)',
      '(',
      { match: '(a)', step: 2, metrics: { loss: 1 } },
      { match: '(?P<loss>a)', metrics: { 'train/loss': 'los' } },
      { match: 'a', metrics: { loss: 1 } },
    ];
    expect(faulty.map(groupsOf)).toMatchInlineSnapshot(`
      [
        "names no metric: give a group a name, as in (?P<loss>\\S+), or list them under metrics",
        "names no metric: give a group a name, as in (?P<loss>\\S+), or list them under metrics",
        "cannot be read as a regular expression: missing closing ): \`(\`",
        "has no group 2 for the step; it has 1 group",
        "has no group "los" for the metric "train/loss"; it has 1 group, named "loss"",
        "has no group 1 for the metric "loss"; it has no groups",
      ]
    `);
  });
});

it('experiment.yaml reports a wrong pattern at its place', () => {
  const diagnostics = new DiagnosticList();
  const root = writeLogs({
    'e/experiment.yaml': `tee:
  - '(?P<loss>\\S+'
  - {match: '(a)', metric: {loss: 1}}
  - {match: 5}
  - 7
  - {match: '(\\S+)', metrics: {loss: 2}}
`,
  });
  const { settings } = readExperimentSettings(root, 'experiments/e/experiment.yaml', {
    limits: defaultLimits,
    diagnostics,
  });
  expect(settings.tee).toEqual([]);
  expect(
    diagnostics.sorted().map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`),
  ).toMatchInlineSnapshot(`
    [
      "2:5 wrong-type "tee.0" is not as it should be: the pattern cannot be read as a regular expression: missing closing ): \`(?P<loss>\\S+\`. It is left out.",
      "3:5 wrong-type "tee.1" is not as it should be: the pattern names no metric: give a group a name, as in (?P<loss>\\S+), or list them under metrics. It is left out.",
      "3:20 unknown-key "metric" is not a known key. Did you mean "metrics"? Keys of your own start with "x-".",
      "4:5 wrong-type "tee.2" is not as it should be: expected a regular expression as text, or the keys match, step and metrics. It is left out.",
      "5:5 wrong-type "tee.3" is not as it should be: expected a regular expression as text, or the keys match, step and metrics. It is left out.",
      "6:5 wrong-type "tee.4" is not as it should be: the pattern has no group 2 for the metric "loss"; it has 1 group. It is left out.",
    ]
  `);
});

it('experiment.yaml takes both forms of a pattern', () => {
  const diagnostics = new DiagnosticList();
  const root = writeLogs({
    'e/experiment.yaml': "tee:\n  - 'loss (?P<loss>\\S+)'\n  - {match: '(\\S+)', metrics: {train/loss: 1}}\n",
  });
  const { settings } = readExperimentSettings(root, 'experiments/e/experiment.yaml', {
    limits: defaultLimits,
    diagnostics,
  });
  expect(diagnostics.sorted()).toEqual([]);
  expect(settings.tee).toHaveLength(2);
});

it('the published schema describes both forms', () => {
  const { properties } = publishedSchema('experiment') as { properties: { tee: unknown } };
  expect(JSON.stringify(properties.tee)).toContain('"match"');
});
