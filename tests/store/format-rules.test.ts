import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { describeRuns } from '../../src/exporters/export-runs.ts';
import { runStatus } from '../../src/series/run-status.ts';
import { lastValues, lines, openLogs, openRun, pickRun, tell } from './log-folder.ts';

// One test a rule of the format, in the order of its page.

const good = '{"step":1,"loss":2}\n';
const t0 = 1_772_612_000; // 2026-03-04T08:13:20Z

describe('promises', () => {
  it('takes any JSON object as a line: nothing is required of it', async () => {
    const { run, diagnostics } = await openRun('{}\n{"loss":1}\n{"a":{"b":{"c":2}}}\n');
    expect(run.recordCount).toBe(3);
    expect(lastValues(run)).toEqual({ loss: 1, 'a/b/c': 2 });
    expect(diagnostics).toEqual([]);
  });

  it('never lets a later line erase an earlier one', async () => {
    const { run } = await openRun([
      { event: 'start', params: { lr: 1 }, tags: ['a'], notes: 'first' },
      { step: 1, x: 5 },
      { step: 1, x: 6 },
      { event: 'start', resumed: true, params: { lr: 2 }, tags: ['b'], notes: 'second' },
    ]);
    expect(run.metrics.get('x')).toMatchObject({ count: 2, first: 5, last: 6 });
    expect(run.paramChanges).toEqual([{ key: 'lr', from: 1, to: 2 }]);
    expect(run.tags).toEqual(['a', 'b']);
    expect(run.notes.map(({ text }) => text)).toEqual(['first', 'second']);
  });

  it('reports what it cannot understand of a whole-run record, instead of dropping it in silence', async () => {
    const store = await openLogs({ 'e/runs.jsonl': '{"id":"a","metrcs":{"acc":0.9}}\n' });
    const { run, diagnostics } = pickRun(store, 'e/a');
    expect(run.metrics.size + run.params.size + diagnostics.length).toBeGreaterThan(0);
  });

  it('reports what it cannot understand of a start or an end, instead of dropping it in silence', async () => {
    for (const record of [
      { event: 'start', learning_rate: 0.1 },
      { event: 'end', status: 'finished', final_acc: 0.9 },
    ]) {
      const { run, diagnostics } = await openRun([record]);
      expect(run.metrics.size + run.params.size + run.texts.size + diagnostics.length, record.event).toBeGreaterThan(0);
    }
  });
});

describe('layout', () => {
  it('takes a folder with experiment.yaml, runs/, runs.jsonl or runs.yaml for an experiment, and no other', async () => {
    const store = await openLogs({
      'by-settings/experiment.yaml': 'title: x\n',
      'by-runs/runs/a.jsonl': good,
      'by-lines/runs.jsonl': '{"id":"a"}\n',
      'by-documents/runs.yaml': 'id: a\n',
      'notes/README.md': '# notes\n',
      'data/table.csv': 'a,b\n',
    });
    expect([...store.experiments.keys()]).toEqual(['by-documents', 'by-lines', 'by-runs', 'by-settings']);
    expect(store.diagnostics).toEqual([]);
  });

  it('lets experiments nest: the id is the path', async () => {
    const store = await openLogs({ 'vision/cifar10/runs/a.jsonl': good, 'vision/experiment.yaml': 'title: Vision\n' });
    expect([...store.experiments.keys()]).toEqual(['vision', 'vision/cifar10']);
    expect(store.runs.get('vision/cifar10/a')).toMatchObject({ experiment: 'vision/cifar10', run: 'a', name: 'a' });
  });

  it.each(['_drafts', '.cache', 'vision/_old', 'vision/.trash'])('never takes %s for an experiment', async (folder) => {
    const store = await openLogs({
      [`${folder}/runs/a.jsonl`]: good,
      [`${folder}/experiment.yaml`]: 'rubbish: [',
      'e/runs/a.jsonl': good,
    });
    expect([...store.experiments.keys()]).toEqual(['e']);
    expect(tell(store.diagnostics)).toEqual([]);
  });

  it('leaves _site.yaml, _templates, _views and _redirects.yaml out of the experiments', async () => {
    const store = await openLogs({
      '_site.yaml': 'title: Lab\n',
      '_templates/sweep.yaml': 'title: A sweep\ntags: [sweep]\n',
      '_views/best.yaml': 'title: Best\n',
      '_redirects.yaml': 'a: b\n',
      'e/runs/a.jsonl': good,
    });
    expect([...store.experiments.keys()]).toEqual(['e']);
    expect(store.settings.title).toBe('Lab');
    expect(store.diagnostics).toEqual([]);
  });

  it('reads compressed segments of a run folder, in the order of their times', async () => {
    const store = await openLogs({
      'e/runs/x/run.jsonl.gz': gzipSync('{"event":"start","time":1772612000}\n{"step":1,"time":1772612001,"loss":3}\n'),
      'e/runs/x/resume-2.jsonl.gz': gzipSync('{"step":2,"time":1772612100,"loss":2}\n'),
      'e/runs/x/rank1.jsonl.gz': gzipSync('{"step":1,"time":1772612001,"loss":9}\n'),
    });
    const { run } = pickRun(store, 'e/x');
    expect(lastValues(run)).toEqual({ loss: 2, 'rank1/loss': 9 });
    expect(run.files.map(({ path }) => path.split('/').at(-1))).toEqual([
      'run.jsonl.gz',
      'rank1.jsonl.gz',
      'resume-2.jsonl.gz',
    ]);
    expect(store.diagnostics).toEqual([]);
  });

  it('reads README.md as the long-form notes', async () => {
    const store = await openLogs({ 'e/README.md': '# Notes\n\n😀\n', 'e/runs/a.jsonl': good });
    expect(store.experiments.get('e')?.readme).toBe('# Notes\n\n😀\n');
  });

  it('reads runs.jsonl as one whole run a line', async () => {
    const store = await openLogs({
      'e/runs.jsonl': lines(
        { id: 'a', status: 'finished', params: { lr: 0.1 }, metrics: { acc: 0.9 } },
        { id: 'b', status: 'failed', params: { lr: 0.2 }, metrics: { acc: 0.8 }, error: 'boom' },
      ),
    });
    expect([...store.runs.keys()]).toEqual(['e/a', 'e/b']);
    expect(store.runs.get('e/b')).toMatchObject({ state: 'failed', error: 'boom' });
    expect(lastValues(pickRun(store, 'e/a').run)).toEqual({ acc: 0.9 });
    expect(store.diagnostics).toEqual([]);
  });

  it('reads runs.yaml as the same in many documents', async () => {
    const store = await openLogs({
      'e/runs.yaml':
        'id: a\nparams: {lr: 0.1}\nmetrics: {acc: 0.9}\n---\nid: b\nmetrics:\n  acc: .nan\n...\n---\nid: c\n',
    });
    expect([...store.runs.keys()]).toEqual(['e/a', 'e/b', 'e/c']);
    expect(store.runs.get('e/b')?.metrics.get('acc')?.last).toBeNaN();
    expect(store.diagnostics).toEqual([]);
  });

  it('reads runs/RUN.yaml as one run', async () => {
    const store = await openLogs({
      'e/runs/a.yaml':
        'name: First\nstatus: finished\nparams:\n  lr: 0.1\nseries:\n  loss:\n    step: [10, 20]\n    value: [2, 1]\n',
    });
    const { run, series, diagnostics } = pickRun(store, 'e/a');
    expect(run).toMatchObject({ name: 'First', state: 'finished' });
    expect(run.metrics.get('loss')).toMatchObject({ first: 2, firstStep: 10, last: 1, lastStep: 20 });
    expect((await series()).metrics.get('loss')).toMatchObject({ steps: [10, 20], values: [2, 1] });
    expect(diagnostics).toEqual([]);
  });

  it('reads runs/RUN.jsonl.gz as the log it compresses', async () => {
    const { run, diagnostics } = pickRun(await openLogs({ 'e/runs/a.jsonl.gz': gzipSync(good) }), 'e/a');
    expect(lastValues(run)).toEqual({ loss: 2 });
    expect(diagnostics).toEqual([]);
  });

  it('reads runs/RUN/run.jsonl as a run that keeps files beside its log', async () => {
    const store = await openLogs({
      'e/runs/a/run.jsonl': lines(
        { step: 1, loss: 2 },
        { event: 'artifact', path: 'plots/curve.png', caption: 'The curve' },
      ),
      'e/runs/a/plots/curve.png': 'pixels',
    });
    const { run, diagnostics } = pickRun(store, 'e/a');
    expect(run.artifacts).toMatchObject([
      {
        kind: 'image',
        file: 'experiments/e/runs/a/plots/curve.png',
        sizeBytes: 6,
        caption: 'The curve',
        missing: false,
      },
    ]);
    expect(diagnostics).toEqual([]);
  });

  it('finds the artifacts of runs/RUN.jsonl in runs/RUN/, and has nothing to say of that folder', async () => {
    const store = await openLogs({
      'e/runs/a.jsonl': lines({ step: 1, loss: 2 }, { event: 'artifact', path: 'curve.png' }),
      'e/runs/a/curve.png': 'pixels',
    });
    const { run, diagnostics } = pickRun(store, 'e/a');
    expect(run.artifacts).toMatchObject([{ file: 'experiments/e/runs/a/curve.png', sizeBytes: 6 }]);
    expect(tell(diagnostics)).toEqual([]);
  });

  it('reads every further .jsonl of a run folder as a segment of the same run', async () => {
    const store = await openLogs({
      'e/runs/a/run.jsonl': lines({ event: 'start', name: 'A', params: { lr: 1 } }, { step: 1, loss: 4 }),
      'e/runs/a/resume-2.jsonl': lines(
        { event: 'start', resumed: true },
        { step: 2, loss: 3 },
        { event: 'end', status: 'finished' },
      ),
    });
    const { run, diagnostics, series } = pickRun(store, 'e/a');
    expect(run).toMatchObject({ name: 'A', state: 'finished', resumes: 1 });
    expect(run.metrics.get('loss')).toMatchObject({ count: 2, first: 4, last: 3 });
    expect((await series()).metrics.get('loss')?.steps).toEqual([1, 2]);
    expect(diagnostics).toEqual([]);
  });

  it('reads a metric of rankN.jsonl as rankN/NAME', async () => {
    const store = await openLogs({
      'e/runs/a/rank0.jsonl': lines({ step: 1, loss: 4 }),
      'e/runs/a/rank10.jsonl': lines({ step: 1, loss: 5, val: { acc: 1 } }),
      'e/runs/a/rank2.jsonl': lines({ step: 1, loss: 6 }),
    });
    expect(lastValues(pickRun(store, 'e/a').run)).toEqual({
      'rank0/loss': 4,
      'rank2/loss': 6,
      'rank10/loss': 5,
      'rank10/val/acc': 1,
    });
  });

  it('takes a declared artifact for no segment', async () => {
    const store = await openLogs({
      'e/runs/a/run.jsonl': lines({ step: 1, loss: 4 }, { event: 'artifact', path: 'predictions.jsonl', kind: 'data' }),
      'e/runs/a/predictions.jsonl': lines({ id: 1, predicted: 7 }),
    });
    const { run } = pickRun(store, 'e/a');
    expect(lastValues(run)).toEqual({ loss: 4 });
    expect(run.artifacts).toMatchObject([{ kind: 'data', missing: false }]);
  });

  it('takes the letters, digits and signs of an id, and makes ids unique in the repository', async () => {
    const id = 'Az09._-=+,x';
    const store = await openLogs({ [`${id}/runs/${id}.jsonl`]: good, [`${id}/runs/${'x'.repeat(100)}.jsonl`]: good });
    expect([...store.runs.keys()]).toEqual([`${id}/${id}`, `${id}/${'x'.repeat(100)}`]);
    expect(store.diagnostics).toEqual([]);
  });

  it('takes an id that begins with "_" for a run: only experiments may not', async () => {
    const store = await openLogs({ 'e/runs/_baseline.jsonl': good, 'm/runs.jsonl': '{"id":"_a"}\n' });
    expect(tell(store.diagnostics)).toEqual([]);
    expect([...store.runs.keys()]).toEqual(['e/_baseline', 'm/_a']);
  });

  it('lists a file whose name is no id with the name to use', async () => {
    const store = await openLogs({ 'e/runs/lr=0.1 seed=3 (größer).jsonl': good });
    expect(store.diagnostics).toMatchObject([
      { code: 'id-invalid', severity: 'error', file: 'experiments/e/runs/lr=0.1 seed=3 (größer).jsonl' },
    ]);
    expect(store.diagnostics[0]?.message).toContain('lr=0.1-seed=3-gro-er');
  });
});

describe('records', () => {
  it('takes a line without event for a metric record, and "metric" for the same', async () => {
    const { run } = await openRun([
      { step: 1, a: 1 },
      { event: 'metric', step: 2, a: 2 },
    ]);
    expect(run.metrics.get('a')).toMatchObject({ count: 2, lastStep: 2 });
  });

  it('reads who and what from start', async () => {
    const { run, diagnostics } = await openRun([
      {
        event: 'start',
        time: '2026-03-04T09:12:00+01:00',
        name: 'ResNet',
        params: { lr: 0.1 },
        tags: ['cifar', 'a b'],
        notes: '**why**',
        group: 'sweep-1',
        job: 'slurm-7',
        seed: 3,
        parent: 'e/base',
        git: { commit: 'abc', branch: 'main', dirty: true, remote: 'https://git.example/x' },
        command: ['python', 'train.py', '--name', 'a b'],
        host: 'node1',
        user: 'ada',
        env: { python: '3.12', packages: { torch: '2.4' }, cuda: '12.4' },
        gpus: ['A100'],
        schema: 1,
      },
    ]);
    expect(run).toMatchObject({
      startedAtMs: Date.UTC(2026, 2, 4, 8, 12),
      name: 'ResNet',
      tags: ['cifar', 'a b'],
      notes: [{ text: '**why**' }],
      group: 'sweep-1',
      job: 'slurm-7',
      seed: '3',
      parent: 'e/base',
      git: { commit: 'abc', branch: 'main', dirty: true },
      command: "python train.py --name 'a b'",
      host: 'node1',
      user: 'ada',
      gpus: ['A100'],
    });
    expect(run.env).toMatchObject({ python: '3.12', cuda: '12.4' });
    expect({ ...run.env?.packages }).toEqual({ torch: '2.4' });
    expect(diagnostics).toEqual([]);
  });

  it('flattens nested metrics with "/"', async () => {
    const { run } = await openRun([{ step: 1, val: { acc: 1, per: { cat: 0.5 } } }]);
    expect(lastValues(run)).toEqual({ 'val/acc': 1, 'val/per/cat': 0.5 });
  });

  it('reads metrics nested under "time", where frameworks put their timings', async () => {
    const { run } = await openRun([{ step: 1, loss: 2, time: { data: 0.1, forward: 0.2 } }]);
    expect(lastValues(run)).toEqual({ loss: 2, 'time/data': 0.1, 'time/forward': 0.2 });
  });

  it('keeps and shows a change of a param known before', async () => {
    const { run } = await openRun([
      { event: 'start', params: { lr: 0.1, opt: { name: 'sgd' } } },
      { event: 'params', params: { lr: 0.2, extra: true } },
      { event: 'params', params: { lr: 0.2, opt: { name: 'adam' } } },
    ]);
    expect(Object.fromEntries(run.params)).toEqual({ lr: 0.2, 'opt.name': 'adam', extra: true });
    expect(run.paramChanges).toEqual([
      { key: 'lr', from: 0.1, to: 0.2 },
      { key: 'opt.name', from: 'sgd', to: 'adam' },
    ]);
  });

  it('keeps machine readings apart from metrics', async () => {
    const { run, series } = await openRun([
      { event: 'start', time: t0 },
      { event: 'system', time: t0 + 5, gpu: { 0: { util: 97 } }, 'mem/rss': 1e9 },
      { step: 1, loss: 2 },
    ]);
    expect([...run.system.keys()]).toEqual(['gpu/0/util', 'mem/rss']);
    expect([...run.metrics.keys()]).toEqual(['loss']);
    expect((await series()).system.get('gpu/0/util')?.values).toEqual([97]);
  });

  it('does not count a system line among the metric lines', async () => {
    const { run } = await openRun([
      { loss: 1 },
      { event: 'system', x: 1 },
      { event: 'log', message: 'm' },
      { loss: 2 },
    ]);
    expect(run.metrics.get('loss')?.lastStep).toBe(1);
  });

  it('keeps log lines, notes, tags and alerts', async () => {
    const { run, diagnostics } = await openRun([
      { event: 'log', time: t0, level: 'warning', message: 'slow' },
      { event: 'note', text: 'nice' },
      { event: 'tag', add: ['a', 'b'] },
      { event: 'tag', add: 'c', remove: 'a' },
      { event: 'alert', level: 'error', title: 'Loss is NaN', text: 'at step 5', time: t0 },
    ]);
    expect(run.logLines).toEqual([{ timeMs: t0 * 1000, level: 'warning', message: 'slow' }]);
    expect(run.notes).toMatchObject([{ text: 'nice' }]);
    expect(run.tags).toEqual(['b', 'c']);
    expect(run.alerts).toEqual([{ level: 'error', title: 'Loss is NaN', text: 'at step 5', timeMs: t0 * 1000 }]);
    expect(diagnostics).toEqual([]);
  });

  it('keeps artifacts with an http(s) address, and shows any other address as text', async () => {
    const { run, told } = await openRun([
      {
        event: 'artifact',
        url: 'https://example.org/m.pt',
        name: 'model',
        kind: 'model',
        step: 5,
        bytes: 10,
        sha256: 'ab',
      },
      { event: 'artifact', url: 'javascript:alert(1)', name: 'trap' },
    ]);
    expect(run.artifacts).toMatchObject([
      { name: 'model', kind: 'model', url: 'https://example.org/m.pt', step: 5, sizeBytes: 10, sha256: 'ab' },
      { name: 'trap', url: undefined },
    ]);
    expect(told).toEqual(['2:27 warning link-not-allowed']);
  });

  it('sets aside an artifact whose path leads out of the folder of the run', async () => {
    for (const path of ['../x.png', '/etc/passwd', 'a/../../x', 'C:\\x', '..\\x']) {
      const { run, told } = await openRun([
        { step: 1, loss: 1 },
        { event: 'artifact', path },
      ]);
      expect(run.artifacts, path).toEqual([]);
      expect(told, path).toEqual(['2:28 error artifact-outside']);
      expect(lastValues(run)).toEqual({ loss: 1 });
    }
  });

  it('keeps histograms and tables', async () => {
    const { run, diagnostics } = await openRun([
      { event: 'histogram', name: 'w', step: 3, edges: [0, 1, 2], counts: [5, 6] },
      {
        event: 'table',
        name: 'cm',
        kind: 'confusion',
        step: 3,
        columns: ['a', 'b'],
        rows: [
          [1, 2],
          ['x', null],
        ],
      },
    ]);
    expect(run.histograms).toEqual([{ name: 'w', step: 3, edges: [0, 1, 2], counts: [5, 6] }]);
    expect(run.tables).toEqual([
      {
        name: 'cm',
        kind: 'confusion',
        step: 3,
        columns: ['a', 'b'],
        rows: [
          [1, 2],
          ['x', null],
        ],
      },
    ]);
    expect(diagnostics).toEqual([]);
  });

  it('puts a run out of the lists with archive, and back', async () => {
    const out = await openRun([
      { step: 1, x: 1 },
      { event: 'archive', archived: true, reason: 'wrong data' },
    ]);
    expect(out.run).toMatchObject({ archived: true, archiveReason: 'wrong data' });
    const back = await openRun([
      { event: 'archive', archived: true },
      { event: 'archive', archived: false },
    ]);
    expect(back.run.archived).toBe(false);
  });

  it('reads how a run ended from end', async () => {
    const { run, diagnostics } = await openRun([
      { event: 'start', time: t0 },
      {
        event: 'end',
        status: 'failed',
        time: t0 + 60,
        exit_code: 3,
        error: { type: 'ValueError', message: 'bad', traceback: 'at x' },
      },
    ]);
    expect(run).toMatchObject({ state: 'failed', endedAtMs: (t0 + 60) * 1000, durationMs: 60_000, exitCode: 3 });
    expect(run.error).toContain('ValueError: bad');
    expect(diagnostics).toEqual([]);
  });

  it('warns of an unknown event and keeps the record', async () => {
    const { run, told } = await openRun([{ event: 'eval', step: 3, acc: 0.5 }]);
    expect(told).toEqual(['1:10 warning unknown-event']);
    expect(run.metrics.get('acc')).toMatchObject({ last: 0.5, lastStep: 3 });
  });
});

describe('status', () => {
  it.each(['finished', 'failed', 'killed'] as const)('reads %s as written', async (status) => {
    const { run } = await openRun([{ event: 'end', status }]);
    expect(run.state).toBe(status);
    expect(runStatus(run, { nowMs: 0 })).toBe(status);
  });

  it('is running while the last record is recent and crashed after crashed_after', async () => {
    const { run } = await openRun([
      { event: 'start', time: t0 },
      { step: 1, x: 1, time: t0 + 100 },
    ]);
    const day = 86_400_000;
    const last = (t0 + 100) * 1000;
    expect(run.lastRecordMs).toBe(last);
    expect(runStatus(run, { nowMs: last + day })).toBe('running');
    expect(runStatus(run, { nowMs: last + day + 1 })).toBe('crashed');
    expect(runStatus(run, { nowMs: last + 3_600_001, crashedAfterMs: 3_600_000 })).toBe('crashed');
  });

  it('takes crashed_after from _site.yaml', async () => {
    const store = await openLogs({ '_site.yaml': 'crashed_after: 2h\n', 'e/runs/x.jsonl': lines({ x: 1, time: t0 }) });
    const at = (hours: number) => describeRuns(store, { nowMs: t0 * 1000 + hours * 3_600_000 })[0]?.status;
    expect([at(1), at(2), at(2.01)]).toEqual(['running', 'running', 'crashed']);
  });

  it('is unknown with no end and no time anywhere', async () => {
    expect((await openRun([{ step: 1, x: 1 }])).run.state).toBe('unknown');
  });

  it('is unknown for a whole-run record without status, though it has times', async () => {
    const store = await openLogs({
      'e/runs.jsonl': lines({ id: 'a', time: t0, metrics: { x: 1 } }),
      'f/runs/x.yaml': `time: ${t0}\nmetrics: {x: 1}\n`,
    });
    expect(store.runs.get('e/a')?.state).toBe('unknown');
    expect(store.runs.get('f/x')?.state).toBe('unknown');
  });

  it('is that of the last end when a run was resumed', async () => {
    const { run } = await openRun([
      { event: 'start', time: t0 },
      { event: 'end', status: 'killed', time: t0 + 1 },
      { event: 'start', time: t0 + 2, resumed: true },
      { event: 'end', status: 'finished', time: t0 + 3 },
    ]);
    expect(run).toMatchObject({ state: 'finished', resumes: 1, endedAtMs: (t0 + 3) * 1000 });
    const open = await openRun([
      { event: 'start', time: t0 },
      { event: 'end', status: 'killed', time: t0 + 1 },
      { event: 'start', time: t0 + 2, resumed: true },
    ]);
    expect(open.run.state).toBe('open');
  });

  it('is diverged beside it: a non-finite value in a primary metric, with the step where it first came', async () => {
    const { run } = await openRun(
      '{"step":1,"score":1,"loss":NaN}\n{"step":2,"score":NaN}\n{"step":3,"score":Infinity}\n',
      {
        settings: 'metrics: {score: {primary: true, goal: max}}\n',
      },
    );
    expect(run.diverged).toEqual({ metric: 'score', step: 2 });
  });

  it('is not diverged by a non-finite value in another metric than the primary one', async () => {
    const { run } = await openRun('{"step":1,"score":1,"loss":NaN}\n', {
      settings: 'metrics: {score: {primary: true, goal: max}}\n',
    });
    expect(run.diverged).toBeUndefined();
  });

  it('is diverged, without a primary metric, by any metric with loss in its name', async () => {
    const { run } = await openRun('{"step":1,"kl_LOSS_x":1,"grad":NaN}\n{"step":7,"kl_LOSS_x":"Infinity"}\n');
    expect(run.diverged).toEqual({ metric: 'kl_LOSS_x', step: 7 });
    expect((await openRun('{"step":1,"grad":NaN}\n')).run.diverged).toBeUndefined();
  });

  it("gives a run without a start its file's name and its records' times", async () => {
    const { run } = await openRun([
      { step: 1, x: 1, time: t0 },
      { step: 2, x: 1, time: t0 + 30 },
    ]);
    expect(run).toMatchObject({
      name: 'x',
      startedAtMs: t0 * 1000,
      lastRecordMs: (t0 + 30) * 1000,
      durationMs: 30_000,
    });
  });
});

describe('numbers', () => {
  it('reads bare NaN, Infinity and -Infinity, and the same three as strings', async () => {
    const { run, diagnostics } = await openRun(
      '{"a":NaN,"b":Infinity,"c":-Infinity,"d":"NaN","e":"Infinity","f":"-Infinity"}\n',
    );
    expect(lastValues(run)).toEqual({
      a: Number.NaN,
      b: Number.POSITIVE_INFINITY,
      c: Number.NEGATIVE_INFINITY,
      d: Number.NaN,
      e: Number.POSITIVE_INFINITY,
      f: Number.NEGATIVE_INFINITY,
    });
    expect(diagnostics).toEqual([]);
  });

  it('reads null as not-a-number after a number, and where no number ever comes', async () => {
    const { run } = await openRun([
      { step: 1, a: 1, b: null },
      { step: 2, a: null, b: null },
    ]);
    expect(run.metrics.get('a')).toMatchObject({ count: 2, nonFinite: 1, firstNonFiniteStep: 2 });
    expect(run.metrics.get('b')).toMatchObject({ count: 2, nonFinite: 2, firstNonFiniteStep: 1 });
  });

  it('reads null before the first number as no value yet, where a number follows', async () => {
    const { run, series } = await openRun([
      { step: 1, a: null },
      { step: 2, a: 5 },
      { step: 3, a: null },
    ]);
    expect(run.metrics.get('a')).toMatchObject({ count: 2, nonFinite: 1, first: 5, firstStep: 2 });
    expect((await series()).metrics.get('a')?.steps).toEqual([2, 3]);
  });

  it('counts true and false as 1 and 0', async () => {
    const { run } = await openRun([{ done: false, ok: true }]);
    expect(lastValues(run)).toEqual({ done: 0, ok: 1 });
  });

  it('takes an empty log for a run with no data and one warning', async () => {
    const { run, told } = await openRun('');
    expect(run).toMatchObject({ recordCount: 0, state: 'unknown' });
    expect(told).toEqual(['1:1 warning empty-log']);
  });

  it('keeps a non-finite value, counts it, and leaves it out of min, max and mean', async () => {
    const { run, series } = await openRun(
      '{"step":1,"a":4}\n{"step":2,"a":Infinity}\n{"step":3,"a":NaN}\n{"step":4,"a":2}\n{"step":5,"a":-Infinity}\n',
    );
    expect(run.metrics.get('a')).toMatchObject({
      count: 5,
      nonFinite: 3,
      min: 2,
      max: 4,
      mean: 3,
      lastFinite: 2,
      last: Number.NEGATIVE_INFINITY,
    });
    expect((await series()).metrics.get('a')?.values).toEqual([
      4,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      2,
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it('keeps the digits of a param past 2^53', async () => {
    const { run } = await openRun('{"event":"params","params":{"id":9007199254740993,"list":[9007199254740993]}}\n');
    expect(run.params.get('id')).toBe(9007199254740993n);
    expect(run.params.get('list')).toEqual([9007199254740993n]);
  });

  it('keeps text in the place of a metric, charted nowhere, with one note a run', async () => {
    const { run, told, series } = await openRun([
      { step: 1, phase: 'warm-up', loss: 1 },
      { step: 2, phase: 'training', other: 'x', loss: 2 },
    ]);
    expect(Object.fromEntries(run.texts)).toEqual({ phase: 'training', other: 'x' });
    expect([...run.metrics.keys(), ...(await series()).metrics.keys()]).toEqual(['loss', 'loss']);
    expect(told).toEqual(['1:19 note text-in-metric']);
  });

  it('says so once a run also when the run has several segments', async () => {
    const store = await openLogs({
      'e/runs/a/run.jsonl': lines({ step: 1, phase: 'x', time: '2026-01-01T00:00:00' }),
      'e/runs/a/resume-2.jsonl': lines({ step: 2, phase: 'y', time: '2026-01-02T00:00:00' }),
    });
    expect(store.diagnostics.map(({ code }) => code).sort()).toEqual(['text-in-metric', 'time-without-zone']);
  });
});

describe('step', () => {
  const order = [
    'step',
    '_step',
    'global_step',
    'iteration',
    'iter',
    'current_steps',
    'num_updates',
    'training_iteration',
    'timesteps_total',
    'epoch',
  ];

  it.each(order.map((key, index) => [key, index] as const))(
    'is taken from "%s" before those that come after it',
    async (key, index) => {
      const record = Object.fromEntries(
        order
          .slice(index)
          .reverse()
          .map((own, at) => [own, 100 + at]),
      );
      const { run } = await openRun([{ ...record, loss: 1 }]);
      expect(run.stepKey).toBe(key);
      expect(run.metrics.get('loss')?.lastStep).toBe(record[key]);
      expect(run.metrics.has(key)).toBe(false);
      for (const other of order.slice(index + 1)) expect(run.metrics.get(other)?.last, other).toBe(record[other]);
    },
  );

  it('is taken from the key that experiment.yaml names, and from the usual ones on lines without it', async () => {
    const { run } = await openRun(
      [
        { step: 1, samples: 512, loss: 1 },
        { step: 2, loss: 2 },
      ],
      { settings: 'step: samples\n' },
    );
    expect(run.metrics.get('loss')).toMatchObject({ firstStep: 512, lastStep: 2 });
    expect(run.metrics.get('step')?.last).toBe(1);
    expect(run.metrics.has('samples')).toBe(false);
  });

  it('is the number of metric lines before it, from 0, where a line has none', async () => {
    const { run } = await openRun([
      { loss: 5 },
      { event: 'note', text: 'x' },
      { loss: 4 },
      { step: 50, loss: 3 },
      { loss: 2 },
    ]);
    expect(run.metrics.get('loss')).toMatchObject({ firstStep: 0, lastStep: 3 });
  });

  it('goes on counting in the next segment', async () => {
    const store = await openLogs({
      'e/runs/a/run.jsonl': lines({ loss: 3 }, { loss: 2 }),
      'e/runs/a/resume-2.jsonl': lines({ loss: 1 }),
    });
    expect(pickRun(store, 'e/a').run.metrics.get('loss')).toMatchObject({ lastStep: 2, last: 1 });
  });

  it('is a number, whole or not, of any sign', async () => {
    const { run, diagnostics } = await openRun([
      { step: -2.5, a: 1 },
      { epoch: 0.01, b: 1 },
      { step: 0, a: 2 },
    ]);
    expect(run.metrics.get('a')).toMatchObject({ firstStep: -2.5, lastStep: 0 });
    expect(run.metrics.get('b')?.lastStep).toBe(0.01);
    expect(diagnostics).toEqual([]);
  });

  it('is no metric itself, nor is a time; every other key with a number is', async () => {
    const { run } = await openRun([{ step: 1, time: t0, _timestamp: t0, _runtime: 5, lr: 0.1, epoch: 3, x: true }]);
    expect(lastValues(run)).toEqual({ lr: 0.1, epoch: 3, x: 1 });
  });

  it('stands at its ordinal, with a warning, where text is in its place', async () => {
    const { run, told } = await openRun([{ loss: 1 }, { step: 'twelve', loss: 2 }]);
    expect(told).toEqual(['2:9 warning step-not-a-number']);
    expect(run.metrics.get('loss')?.lastStep).toBe(1);
  });

  it('is judged metric by metric: two axes under one key are no damage', async () => {
    const { run, series, diagnostics } = await openRun([
      { step: 100, train: 1 },
      { step: 200, train: 2 },
      { step: 1, val: 1 },
      { step: 300, train: 3 },
      { step: 2, val: 2 },
    ]);
    const { metrics } = await series();
    expect(metrics.get('train')).toMatchObject({ steps: [100, 200, 300], superseded: [] });
    expect(metrics.get('val')).toMatchObject({ steps: [1, 2], superseded: [] });
    expect(run.metrics.get('val')?.lastStep).toBe(2);
    expect(diagnostics).toEqual([]);
  });

  it('may repeat and go back: the later value stands, the earlier is a superseded branch, file order is kept', async () => {
    const { run, series, diagnostics } = await openRun(
      [1, 2, 3, 2, 3, 4, 3].map((step, index) => ({ step, a: index })),
    );
    expect((await series()).metrics.get('a')).toMatchObject({
      steps: [1, 2, 3, 4],
      values: [0, 3, 6, 5],
      superseded: [
        { steps: [2, 3], values: [1, 2] },
        { steps: [3], values: [4] },
      ],
      total: 7,
    });
    expect(run.metrics.get('a')).toMatchObject({ first: 0, last: 6, lastStep: 3, count: 7 });
    expect(diagnostics).toEqual([]);
  });

  it('merges lines at one step by key', async () => {
    const { run, series } = await openRun([
      { step: 1, a: 1 },
      { step: 1, b: 2 },
      { step: 2, a: 3 },
      { step: 2, b: 4 },
    ]);
    const { metrics } = await series();
    expect(metrics.get('a')).toMatchObject({ steps: [1, 2], values: [1, 3], superseded: [] });
    expect(metrics.get('b')).toMatchObject({ steps: [1, 2], values: [2, 4], superseded: [] });
    expect(run.metrics.get('a')?.count).toBe(2);
  });
});

describe('time', () => {
  const day = Date.UTC(2026, 2, 4);
  it.each([
    ['an offset', '"2026-03-04T01:00:00+01:00"', day],
    ['Z', '"2026-03-04T00:00:00Z"', day],
    ['a fraction', '"2026-03-04T00:00:00.250Z"', day + 250],
    ['six digits of fraction, as Python writes', '"2026-03-04T00:00:00.123456+00:00"', day + 123.456],
    ['seconds', '1772582400', day],
    ['seconds with a fraction', '1772582400.25', day + 250],
    ['milliseconds', '1772582400000', day],
    ['microseconds', '1772582400000000', day],
    ['nanoseconds', '1772582400000000000', day],
  ])('is read from ISO 8601 or a number since 1970: %s', async (_name, time, ms) => {
    for (const line of [
      `{"event":"start","time":${time}}`,
      `{"step":1,"loss":1,"time":${time}}`,
      `{"event":"log","message":"m","time":${time}}`,
    ]) {
      const { run, diagnostics } = await openRun(`${line}\n`);
      expect(run.lastRecordMs, line).toBeCloseTo(ms, 3);
      expect(diagnostics, line).toEqual([]);
    }
  });

  it.each([
    [1e8 - 1, undefined],
    [1e8, 1e11],
    [1e11, 1e14],
    [1e11 + 1, 1e11 + 1],
    [1e14, 1e14],
    [1e14 + 1000, 1e11 + 1],
    [1e17, 1e14],
    [2e17, 2e11],
  ])('tells the unit of %d by its size', async (time, ms) => {
    expect((await openRun([{ step: 1, x: 1, time }])).run.lastRecordMs).toBe(ms);
  });

  it('is a duration under 10^8, and then an ordinary metric', async () => {
    const { run, diagnostics } = await openRun([
      { step: 1, time: 0.35, loss: 1 },
      { step: 2, time: 0.36, loss: 1 },
    ]);
    expect(run.metrics.get('time')).toMatchObject({ count: 2, last: 0.36 });
    expect(run.lastRecordMs).toBeUndefined();
    expect(diagnostics).toEqual([]);
  });

  it.each(['_timestamp', 'timestamp', 'wall_time'])('is read from %s too', async (key) => {
    const { run } = await openRun([{ step: 1, [key]: t0, loss: 1 }]);
    expect(run.lastRecordMs).toBe(t0 * 1000);
    expect([...run.metrics.keys()]).toEqual(['loss']);
  });

  it('is read from date with ISO text', async () => {
    const { run } = await openRun([{ step: 1, date: '2026-03-04T00:00:00Z', loss: 1 }]);
    expect(run.lastRecordMs).toBe(day);
    expect(run.texts.size).toBe(0);
  });

  it.each(['_runtime', 'elapsed'])('is relative under %s', async (key) => {
    const { run } = await openRun([
      { step: 1, [key]: 10, loss: 1 },
      { step: 2, [key]: 95.5, loss: 1 },
    ]);
    expect(run.durationMs).toBe(95_500);
    expect([...run.metrics.keys()]).toEqual(['loss']);
    expect(run.state).toBe('unknown');
  });

  it('is UTC without an offset, with one note a run', async () => {
    const { run, told } = await openRun([
      { step: 1, x: 1, time: '2026-03-04T00:00:00' },
      { step: 2, x: 1, time: '2026-03-04 00:01:00' },
    ]);
    expect(run).toMatchObject({ startedAtMs: day, lastRecordMs: day + 60_000 });
    expect(told).toEqual(['1:24 note time-without-zone']);
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-02-29',
    '2026-00-10',
    '2026-03-04T24:30:00Z',
    '2026-03-04T12:60:00Z',
    '2026-03-04T12:00:00+99:00',
    'yesterday',
    '4/3/2026',
  ])('is no moment: %s is a warning, and the record is kept', async (time) => {
    const { run, told } = await openRun([{ step: 1, x: 1, time }]);
    expect(told).toEqual(['1:24 warning time-unreadable']);
    expect(run.lastRecordMs).toBeUndefined();
    expect(lastValues(run)).toEqual({ x: 1 });
  });

  it('knows 29 February of a leap year', async () => {
    expect((await openRun([{ x: 1, time: '2024-02-29T00:00:00Z' }])).run.lastRecordMs).toBe(Date.UTC(2024, 1, 29));
  });

  it('gives no negative duration when the clock goes back, and a note', async () => {
    const { run, told } = await openRun([
      { event: 'start', time: t0 },
      { event: 'end', status: 'finished', time: t0 - 100 },
    ]);
    expect(run.durationMs).toBe(0);
    expect(told).toEqual([expect.stringMatching(/^2:\d+ note clock-went-back$/)]);
  });

  it('may be missing everywhere', async () => {
    const { run, diagnostics } = await openRun([{ step: 1, x: 1 }]);
    expect(run).toMatchObject({
      startedAtMs: undefined,
      endedAtMs: undefined,
      durationMs: undefined,
      lastRecordMs: undefined,
    });
    expect(diagnostics).toEqual([]);
  });
});

describe('params', () => {
  it('are any JSON: nested ones flatten with ".", lists stay whole', async () => {
    const { run } = await openRun([
      {
        event: 'start',
        params: { optimizer: { lr: 0.1, betas: [0.9, 0.999] }, note: null, on: true, empty: {}, layers: [{ n: 1 }] },
      },
    ]);
    expect([...run.params].map(([key, value]) => [key, JSON.stringify(value)])).toEqual([
      ['optimizer.lr', '0.1'],
      ['optimizer.betas', '[0.9,0.999]'],
      ['note', 'null'],
      ['on', 'true'],
      ['empty', '{}'],
      ['layers', '[{"n":1}]'],
    ]);
  });

  it.each(['config', 'params', 'hparams', 'args'])('are read from an object under %s of a metric line', async (key) => {
    const { run } = await openRun([{ step: 1, loss: 1, [key]: { lr: 0.1, net: { depth: 3 } } }]);
    expect(Object.fromEntries(run.params)).toEqual({ lr: 0.1, 'net.depth': 3 });
    expect(lastValues(run)).toEqual({ loss: 1 });
  });

  it.each(['config', 'hparams', 'args'])(
    'are read from an object under %s of a start or a whole-run record',
    async (key) => {
      const { run } = await openRun([{ event: 'start', [key]: { lr: 0.1 } }]);
      expect(Object.fromEntries(run.params)).toEqual({ lr: 0.1 });
      const store = await openLogs({ 'e/runs.jsonl': lines({ id: 'a', [key]: { lr: 0.1 } }) });
      expect(Object.fromEntries(store.runs.get('e/a')?.params ?? [])).toEqual({ lr: 0.1 });
    },
  );

  it('are read once where every line repeats them, and noted only where they change', async () => {
    const { run } = await openRun([
      { step: 1, config: { lr: 0.1, wd: 1 } },
      { step: 2, config: { lr: 0.1, wd: 1 } },
      { step: 3, config: { lr: 0.05, wd: 1 } },
      { step: 4, config: { lr: 0.05, wd: 1 } },
    ]);
    expect(run.paramChanges).toEqual([{ key: 'lr', from: 0.1, to: 0.05 }]);
    expect(run.params.get('lr')).toBe(0.05);
  });

  it('are a secret by name or value: an error naming the line, the value set aside and never printed', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const { run, diagnostics, told, store } = await openRun([
      { step: 1, loss: 1 },
      { event: 'params', params: { api_key: 'hunter2hunter2', model: token, lr: 0.1 } },
    ]);
    expect(told).toEqual([
      expect.stringMatching(/^2:\d+ error secret$/),
      expect.stringMatching(/^2:\d+ error secret$/),
    ]);
    expect(run.params.get('lr')).toBe(0.1);
    const all = JSON.stringify([[...run.params], diagnostics]);
    expect(all).not.toContain('hunter2');
    expect(all).not.toContain(token);
    expect(diagnostics[0]?.message).toContain('api_key');
    expect([...(store.secretsByFile.get('experiments/e/runs/x.jsonl') ?? [])]).toEqual(['hunter2hunter2', token]);
  });

  it('are no secret once _site.yaml allows the key', async () => {
    const store = await openLogs({
      '_site.yaml': 'secrets: {allow: [api_key]}\n',
      'e/runs/x.jsonl': lines({ event: 'params', params: { api_key: 'not-really-one' } }),
    });
    expect(store.runs.get('e/x')?.params.get('api_key')).toBe('not-really-one');
    expect(store.diagnostics).toEqual([]);
  });
});

describe('summary', () => {
  it('takes a whole-run record as every field of start and end together', async () => {
    const store = await openLogs({
      'e/runs.jsonl': lines({
        id: 'a',
        name: 'A',
        time: t0,
        ended: t0 + 60,
        status: 'finished',
        params: { lr: 1 },
        tags: ['t'],
        notes: 'n',
        seed: 5,
        group: 'g',
        git: { commit: 'c' },
        exit_code: 0,
        metrics: { 'val/acc': 0.93, val: { f1: 0.9 } },
        series: { loss: { step: [0, 10, 20], value: [3, 'NaN', null] }, plain: [5, 4] },
      }),
    });
    const { run, series, diagnostics } = pickRun(store, 'e/a');
    expect(run).toMatchObject({
      name: 'A',
      state: 'finished',
      startedAtMs: t0 * 1000,
      endedAtMs: (t0 + 60) * 1000,
      durationMs: 60_000,
      tags: ['t'],
      notes: [{ text: 'n' }],
      seed: '5',
      group: 'g',
      exitCode: 0,
    });
    expect(run.metrics.get('val/acc')?.last).toBe(0.93);
    expect(run.metrics.get('val/f1')?.last).toBe(0.9);
    expect(run.metrics.get('loss')).toMatchObject({ count: 3, nonFinite: 2, first: 3, lastStep: 20 });
    expect((await series()).metrics.get('loss')).toMatchObject({
      steps: [0, 10, 20],
      values: [3, Number.NaN, Number.NaN],
    });
    expect((await series()).metrics.get('plain')).toMatchObject({ steps: [0, 1], values: [5, 4] });
    expect(diagnostics).toEqual([]);
  });

  it('requires an id in the two many-run files', async () => {
    const store = await openLogs({
      'e/runs.jsonl': '{"metrics":{"x":1}}\n{"id":"b"}\n',
      'f/runs.yaml': 'metrics: {x: 1}\n---\nid: b\n',
    });
    expect([...store.runs.keys()]).toEqual(['e/b', 'f/b']);
    expect(tell(store.diagnostics)).toEqual(['e/runs.jsonl:1:1 error id-missing', 'f/runs.yaml:1:1 error id-missing']);
  });

  const log = '{"step":1,"s":4}\n{"step":2,"s":9}\n{"step":3,"s":1}\n{"step":4,"s":6}\n{"step":5,"s":NaN}\n';
  it.each([
    ['', 'NaN'],
    ['summary: last', 'NaN'],
    ['summary: last_finite', 6],
    ['summary: min', 1],
    ['summary: max', 9],
    ['summary: mean', 5],
    ['summary: best, goal: max', 9],
    ['summary: best, goal: min', 1],
  ])('gives, for {%s}, the value %s', async (settings, value) => {
    const { store } = await openRun(log, { settings: `metrics:\n  s: {${settings}}\n` });
    expect(describeRuns(store, { nowMs: 0 })[0]?.metrics.get('s')?.value).toBe(value);
  });

  it('is over every value written, in file and segment order, superseded ones too; ties give the first', async () => {
    const store = await openLogs({
      'e/runs/a/run.jsonl': lines({ step: 1, x: 5 }, { step: 2, x: 9 }, { step: 3, x: 1 }),
      'e/runs/a/resume-2.jsonl': lines({ step: 2, x: 1 }, { step: 3, x: 9 }, { step: 3, x: 5 }),
    });
    expect(pickRun(store, 'e/a').run.metrics.get('x')).toMatchObject({
      count: 6,
      min: 1,
      minStep: 3,
      max: 9,
      maxStep: 2,
      mean: 5,
      last: 5,
      lastStep: 3,
    });
  });

  it("takes a value of end.metrics for one more value at the metric's last step, unless it is equal to it", async () => {
    const { run, series } = await openRun([
      { step: 1, a: 1, b: 1 },
      { step: 9, a: 2, b: 2 },
      { step: 12, c: 0 },
      { event: 'end', status: 'finished', metrics: { a: 3, b: 2, 'd/e': 7 } },
    ]);
    expect(run.metrics.get('a')).toMatchObject({ count: 3, last: 3, lastStep: 9, max: 3 });
    expect(run.metrics.get('b')).toMatchObject({ count: 2, last: 2, lastStep: 9 });
    expect(run.metrics.get('d/e')).toMatchObject({ count: 1, last: 7 });
    expect((await series()).metrics.get('a')).toMatchObject({
      steps: [1, 9],
      values: [1, 3],
      superseded: [{ steps: [9], values: [2] }],
    });
  });

  it('lets a diverged run look diverged: a last NaN is the last value', async () => {
    const { run, store } = await openRun('{"step":1,"loss":1}\n{"step":2,"loss":NaN}\n');
    expect(run.metrics.get('loss')?.last).toBeNaN();
    expect(describeRuns(store, { nowMs: 0 })[0]?.metrics.get('loss')).toMatchObject({
      last: 'NaN',
      value: 'NaN',
      lastFinite: 1,
    });
  });
});

describe('primary and best', () => {
  const twoRuns = (a: object, b: object) => ({ 'e/runs/a.jsonl': lines(a), 'e/runs/b.jsonl': lines(b) });

  it('takes metrics with primary: true', async () => {
    const store = await openLogs({
      ...twoRuns({ x: 1, y: 5 }, { x: 2, y: 4 }),
      'e/experiment.yaml': 'metrics: {z: {goal: min}, y: {primary: true, goal: min}, x: {primary: true}}\n',
    });
    expect(store.experiments.get('e')?.primary.map(({ name }) => name)).toEqual(['y', 'x']);
    expect(store.experiments.get('e')?.bestRunId).toBe('e/b');
  });

  it('else the first declared with a goal', async () => {
    const store = await openLogs({
      ...twoRuns({ w: 0, x: 1, y: 5 }, { w: 0, x: 2, y: 4 }),
      'e/experiment.yaml': 'metrics: {w: {label: W}, x: {goal: max}, y: {goal: min}}\n',
    });
    expect(store.experiments.get('e')).toMatchObject({
      primary: [{ name: 'x', goal: 'max', guessed: false }],
      bestRunId: 'e/b',
    });
  });

  it('else a guess by name, labelled as one', async () => {
    const store = await openLogs(twoRuns({ loss: 1, 'val/loss': 3, acc: 1 }, { loss: 2, 'val/loss': 2, acc: 2 }));
    expect(store.experiments.get('e')).toMatchObject({
      primary: [{ name: 'val/loss', goal: 'min', guessed: true }],
      bestRunId: 'e/b',
    });
  });

  it('calls nothing best without a goal', async () => {
    const store = await openLogs({
      ...twoRuns({ speed: 1 }, { speed: 2 }),
      'e/experiment.yaml': 'metrics: {speed: {primary: true}}\n',
    });
    expect(store.experiments.get('e')?.bestRunId).toBeUndefined();
    expect((await openLogs(twoRuns({ speed: 1 }, { speed: 2 }))).experiments.get('e')).toMatchObject({
      primary: [],
      bestRunId: undefined,
    });
  });

  it('ranks by the declared summary, else by the best finite value', async () => {
    const files = {
      'e/runs/a.jsonl': '{"step":1,"acc":0.9}\n{"step":2,"acc":0.5}\n',
      'e/runs/b.jsonl': '{"step":1,"acc":0.1}\n{"step":2,"acc":0.8}\n',
    };
    const best = async (settings: string) =>
      (await openLogs({ ...files, 'e/experiment.yaml': `metrics: {acc: {${settings}}}\n` })).experiments.get('e')
        ?.bestRunId;
    expect(await best('goal: max')).toBe('e/a');
    expect(await best('goal: max, summary: last')).toBe('e/b');
    expect(await best('goal: max, summary: mean')).toBe('e/a');
    expect(await best('goal: min')).toBe('e/b');
  });

  it('shares metrics of _site.yaml, under those of the experiment', async () => {
    const store = await openLogs({
      '_site.yaml': 'metrics: {acc: {goal: max, label: Accuracy}, speed: {unit: it/s}}\n',
      'e/experiment.yaml': 'metrics: {acc: {label: Own}}\n',
      'e/runs/a.jsonl': '{"acc":1}\n',
    });
    expect(Object.fromEntries(store.experiments.get('e')?.metricSettings ?? [])).toEqual({
      acc: { goal: 'max', label: 'Own' },
      speed: { unit: 'it/s' },
    });
  });
});

describe('tolerated with a note', () => {
  it.each([
    ['a last line cut short', `${good}{"step":2,"lo`, '2:1 note incomplete-last-line'],
    ['a tail of NULs', `${good}\0\0\0`, '2:1 note nul-tail'],
    ['CRLF', '{"step":1,"loss":2}\r\n', '1:1 note crlf'],
    ['a byte order mark', `\ufeff${good}`, '1:1 note byte-order-mark'],
    ['duplicate keys', '{"step":1,"loss":1,"loss":2}\n', '1:20 note duplicate-key'],
  ])('%s is read, with a note', async (_name, text, expected) => {
    const { run, told } = await openRun(text);
    expect(lastValues(run)).toEqual({ loss: 2 });
    expect(told).toEqual([expected]);
  });

  it('blank lines between records are read over, with a note: never silent', async () => {
    const { run, diagnostics } = await openRun(`${good}\n\n{"step":2,"loss":3}\n`);
    expect(run.metrics.get('loss')?.count).toBe(2);
    expect(diagnostics).toMatchObject([{ severity: 'note', line: 2 }]);
  });

  it('a repeated header line is read, with a note', async () => {
    const header = lines({ event: 'start', name: 'A', params: { lr: 1 }, tags: ['t'] });
    const { run, diagnostics } = await openRun(`${header}${good}${header}{"step":2,"loss":1}\n`);
    expect(diagnostics).toMatchObject([{ severity: 'note', line: 3 }]);
    expect(run.metrics.get('loss')?.count).toBe(2);
    expect(run.tags).toEqual(['t']);
  });
});

describe('errors that set aside the one line and never the rest', () => {
  it.each([
    ['not JSON', 'hello', 'not-json'],
    ['not an object', '[1]', 'not-an-object'],
    ['NUL bytes', '{"a\0":1}', 'nul-bytes'],
    ['a torn line with the next record glued to it', '{"step":7,"lo{"step":8,"loss":8}', 'glued-line'],
    ['a path outside the run', '{"event":"artifact","path":"../x"}', 'artifact-outside'],
  ])('%s', async (_name, line, code) => {
    const { run, diagnostics } = await openRun(`${good}${line}\n{"step":9,"loss":9}\n`);
    expect(diagnostics).toMatchObject([{ code, severity: 'error', line: 2 }]);
    expect(run.metrics.get('loss')).toMatchObject({ first: 2, last: 9, count: code === 'glued-line' ? 3 : 2 });
  });

  it('a newer schema is an error, and the record is read as far as it goes', async () => {
    const { run, told } = await openRun([
      { event: 'start', schema: 2, name: 'A' },
      { step: 1, loss: 1 },
    ]);
    expect(told).toEqual(['1:27 error newer-schema']);
    expect(lastValues(run)).toEqual({ loss: 1 });
  });
});

describe('experiment.yaml', () => {
  const whole = `title: ResNet-18 on CIFAR-10
description: Markdown.
owner: vision
tags: [cifar10, ablation]
status: active
archived: false
hypothesis: h
conclusion: c
baseline: lr0.1-s0
group_by: [lr, smoothing]
step: iter
metrics:
  val/acc: {goal: max, label: Validation accuracy, unit: "%", format: ".2f", summary: best, primary: true, target: 0.95}
  val/loss: {goal: min}
derived:
  generalisation_gap: train/acc - val/acc
checks:
  - {metric: val/acc, at_least: 0.93}
views: []
required: {params: [lr, seed], tags: []}
tee: []
charts:
  - {type: scatter, x: lr, y: val/acc, color: smoothing, x_scale: log}
links: [{label: Design note, url: "https://example.org"}]
x-mine: {anything: [1]}
`;

  it('takes every key of the format page', async () => {
    const store = await openLogs({
      'e/experiment.yaml': whole,
      'e/runs/lr0.1-s0.jsonl': lines(
        { event: 'start', params: { lr: 0.1, smoothing: 0.2, seed: 0 } },
        { iter: 1, 'train/acc': 1, 'val/acc': 1 },
      ),
    });
    expect(tell(store.diagnostics)).toEqual([]);
    expect(store.experiments.get('e')).toMatchObject({ title: 'ResNet-18 on CIFAR-10', archived: false });
  });

  it('is strict: an unknown key is an error with the nearest known name; x-… keys are free', async () => {
    const store = await openLogs({ 'e/experiment.yaml': 'desciption: x\nx-anything: 1\nmetrics: {a: {x-note: 1}}\n' });
    expect(tell(store.diagnostics)).toEqual(['e/experiment.yaml:1:1 error unknown-key']);
    expect(store.diagnostics[0]?.message).toContain('"description"');
  });

  it('leaves x-… keys free at every level', async () => {
    const store = await openLogs({
      'e/experiment.yaml':
        'links: [{label: a, url: "https://a.example", x-icon: b}]\nchecks: [{metric: a, at_least: 1, x-why: c}]\nrequired: {params: [], x-y: 1}\n',
      '_site.yaml': 'repo: {commit: "https://a.example/{commit}", x-z: 1}\nsecrets: {allow: [], x-w: 1}\n',
    });
    expect(tell(store.diagnostics)).toEqual([]);
  });

  it('warns of a baseline that is no run', async () => {
    const store = await openLogs({ 'e/experiment.yaml': 'title: x\nbaseline: nope\n', 'e/runs/a.jsonl': good });
    expect(tell(store.diagnostics)).toEqual(['e/experiment.yaml:2:11 warning unknown-run']);
  });
});

describe('_site.yaml', () => {
  it('takes every key of the format page', async () => {
    const store = await openLogs({
      '_site.yaml':
        'title: Lab\nsite: https://lab.example\nbase: /runs/\nrepo: {commit: "https://git.example/{commit}", file: "https://git.example/{path}#L{line}"}\ntime_zone: Europe/Berlin\ncrashed_after: 12h\nnoindex: true\nsecrets: {allow: [token]}\nmetrics: {loss: {goal: min}}\nderived: {gap: a - b}\nplugins: []\nfeeds: true\nheader: x\n',
    });
    expect(tell(store.diagnostics)).toEqual([]);
    expect(store.settingsBroken).toBe(false);
  });

  it('refuses a crashed_after that is no span of time, instead of taking the default in silence', async () => {
    const store = await openLogs({ '_site.yaml': 'crashed_after: soon\n' });
    expect(store.diagnostics).toMatchObject([{ severity: 'error', line: 1 }]);
  });
});

describe('columns', () => {
  it('count Unicode code points from 1', async () => {
    const { told } = await openRun('{"😀é":1,"step":"x"}\n');
    expect(told).toEqual(['1:16 warning step-not-a-number']);
  });

  it('point at the key meant, not at one of the same name inside another', async () => {
    const { told } = await openRun('{"a":{"step":1},"step":"x"}\n');
    expect(told).toEqual(['1:24 warning step-not-a-number']);
  });
});
