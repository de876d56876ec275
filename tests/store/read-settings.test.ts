import { describe, expect, test } from 'vitest';
import { DiagnosticList } from '../../src/diagnostics/diagnostic-list.ts';
import { defaultLimits } from '../../src/store/limits.ts';
import { readExperimentSettings, readSiteSettings, readText } from '../../src/store/read-settings.ts';
import { writeLogs } from './log-folder.ts';

function reading() {
  const diagnostics = new DiagnosticList();
  const told = (): string[] =>
    diagnostics.sorted().map(({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`);
  return { limits: defaultLimits, diagnostics, told };
}

function readExperiment(content: string | Uint8Array) {
  const own = reading();
  const root = writeLogs({ 'e/experiment.yaml': content });
  return {
    ...readExperimentSettings(root, 'experiments/e/experiment.yaml', own),
    told: own.told(),
    messages: own.diagnostics.sorted().map(({ message }) => message),
  };
}

function readSite(content: string) {
  const own = reading();
  const root = writeLogs({ '_site.yaml': content });
  return { ...readSiteSettings(root, 'experiments/_site.yaml', own), told: own.told() };
}

describe('readExperimentSettings', () => {
  test('gives what is sound, and each metric with its settings', () => {
    const { settings, metrics, told } = readExperiment(
      'title: A\ntags: [x]\nmetrics:\n  loss: {goal: min}\n  bare:\n  acc: {label: Accuracy, target: 0.9}\n',
    );
    expect(told).toEqual([]);
    expect(settings).toMatchObject({ title: 'A', tags: ['x'] });
    expect([...metrics]).toEqual([
      ['loss', { goal: 'min' }],
      ['bare', {}],
      ['acc', { label: 'Accuracy', target: 0.9 }],
    ]);
  });

  test('one fault costs one key', () => {
    const { settings, metrics, told } = readExperiment(
      'title: 5\nowner: a\nstatus: running\narchived: true\nmetrics:\n  loss: {goal: down, label: L}\n  acc: 3\n',
    );
    expect(told).toEqual([
      '1:8 error wrong-type',
      '3:9 error wrong-type',
      '6:16 error wrong-type',
      '7:8 error wrong-type',
    ]);
    expect(settings).toMatchObject({ owner: 'a', archived: true });
    expect(settings.title).toBeUndefined();
    expect(settings.status).toBeUndefined();
    expect([...metrics]).toEqual([['loss', { label: 'L' }]]);
  });

  test('a wrong panel of charts costs that panel, and is told with the keys and words of its own type', () => {
    const { settings, chartPlaces, told, messages } = readExperiment(
      'charts:\n' +
        '  - {type: scater, x: lr, y: acc}\n' +
        '  - {type: scatter, x: lr, y: acc, x-why: free}\n' +
        '  - {type: box, x: lr, y: acc, y_scael: log}\n' +
        '  - {type: heatmap, x: lr}\n' +
        '  - {type: histogram, metric: acc, bins: 1}\n' +
        '  - lr\n' +
        '  - {type: importance}\n',
    );
    expect(settings.charts).toEqual([{ type: 'scatter', x: 'lr', y: 'acc' }, { type: 'importance' }]);
    expect(chartPlaces).toEqual([1, 6]);
    expect(told).toEqual([
      '2:12 error wrong-type',
      '4:32 error unknown-key',
      '5:5 error wrong-type',
      '6:42 error wrong-type',
      '7:5 error wrong-type',
    ]);
    expect(messages).toMatchInlineSnapshot(`
      [
        ""charts.0.type" should be one of scatter, bar, box, strip, parallel, heatmap, importance, histogram, confusion, roc, pr, calibration. It is left out.",
        ""y_scael" is not a known key. Did you mean "y_scale"? Keys of your own start with "x-".",
        ""charts.3.y" is missing; it should be text. It is left out.",
        ""charts.4.bins" is not as it should be: Too small: expected number to be >=2. It is left out.",
        ""charts.5" should be keys and values. It is left out.",
      ]
    `);
  });

  test.each([
    ['titel: x', 'title'],
    ['descripton: x', 'description'],
    ['metrcis: {}', 'metrics'],
    ['groupby: [a]', 'group_by'],
    ['Title: x', 'title'],
    ['base_line: x', 'baseline'],
  ])('names the nearest key of %j', (line, nearest) => {
    const { told, messages } = readExperiment(`${line}\n`);
    expect(told).toEqual(['1:1 error unknown-key']);
    expect(messages[0]).toContain(`"${nearest}"`);
  });

  test('names no key where none is near', () => {
    expect(readExperiment('zzzzzzzzzz: 1\n').messages[0]).not.toContain('Did you mean');
  });

  test('says what was expected, in words', () => {
    const { messages } = readExperiment('title: [a]\ntags: x\narchived: 1\nmetrics: [a]\nstatus: done\nbaseline: {}\n');
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      ""title" should be text. It is left out.
      "tags" should be a list. It is left out.
      "archived" should be true or false. It is left out.
      "metrics" is not as it should be: expected an object. It is left out.
      "status" should be one of active, paused, concluded. It is left out.
      "baseline" should be text. It is left out."
    `);
  });

  test('an empty file is no settings and no fault', () => {
    for (const text of ['', '# nothing\n', '---\n'])
      expect(readExperiment(text)).toMatchObject({ settings: {}, told: [] });
  });

  test('settings so broken that nothing can be read are one error', () => {
    expect(readExperiment('title: "x\n').told).toEqual([expect.stringMatching(/error yaml-syntax$/)]);
    expect(readExperiment(Buffer.from([0x74, 0x3a, 0x20, 0xff])).told).toEqual([
      expect.stringMatching(/error invalid-utf8$/),
    ]);
    expect(readExperiment(Buffer.from('\ufefftitle: x\n', 'utf16le')).told).toEqual(['1:1 error utf16']);
  });

  test('a byte that is not UTF-8 is told at its line and column', () => {
    expect(
      readExperiment(Buffer.concat([Buffer.from('owner: é\ntitle: 😀'), Buffer.from([0xff]), Buffer.from('\n')])).told,
    ).toEqual(['2:9 error invalid-utf8']);
  });

  test('a byte order mark is skipped, and columns are counted after it', () => {
    const { told } = readExperiment('\ufefftitel: x\n');
    expect(told.filter((line) => line.includes('error'))).toEqual(['1:1 error unknown-key']);
  });
});

describe('readSiteSettings', () => {
  test('gives the settings and the shared metrics', () => {
    const { settings, metrics, broken, told } = readSite(
      'title: Lab\ncrashed_after: 2h\nmetrics: {loss: {goal: min}}\nx-own: 1\n',
    );
    expect(told).toEqual([]);
    expect(broken).toBe(false);
    expect(settings).toMatchObject({ title: 'Lab', crashed_after: '2h' });
    expect([...metrics]).toEqual([['loss', { goal: 'min' }]]);
  });

  test.each([
    'titel: x\n',
    'noindex: 1\n',
    'metrics: {loss: {gaol: min}}\n',
    'title: "\n',
    '- a\n',
    'title: a\n---\ntitle: b\n',
    'title: a\ntitle: b\n',
  ])('is broken by %j', (text) => {
    expect(readSite(text).broken).toBe(true);
  });

  test('a file that is not there is broken', () => {
    const own = reading();
    expect(readSiteSettings(writeLogs({}), 'experiments/_site.yaml', own).broken).toBe(true);
    expect(own.told()).toEqual(['1:1 error cannot-read']);
  });
});

describe('readText', () => {
  test('gives the text, or undefined and a diagnostic', () => {
    const root = writeLogs({ 'a.txt': 'é', 'b.txt': Buffer.from([0xe9]) });
    const own = reading();
    expect(readText(root, 'experiments/a.txt', own.diagnostics)).toBe('é');
    expect(readText(root, 'experiments/b.txt', own.diagnostics)).toBeUndefined();
    expect(readText(root, 'experiments/c.txt', own.diagnostics)).toBeUndefined();
    expect(own.told()).toEqual(['1:1 error invalid-utf8', '1:1 error cannot-read']);
  });
});
