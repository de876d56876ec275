import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLostRecords, type LostRecords } from '../../src/store/finished-records.ts';

const stream = 'experiments/e/runs/a.jsonl';
const start = '{"event":"start","seed":1}\n';
const values = '{"step":1,"loss":0.5}\n{"step":2,"loss":0.25}\n';
const end = '{"event":"end","status":"finished"}\n';
const finished = start + values + end;

const kept: LostRecords = { isLost: false, runs: [] };
const lost: LostRecords = { isLost: true, runs: [] };

function judge(path: string, before: string | Uint8Array, after: string | Uint8Array): LostRecords {
  return findLostRecords(path, Buffer.from(before as string), Buffer.from(after as string));
}

describe('findLostRecords in a stream', () => {
  it.each([
    ['a value was changed', finished.replace('0.25', '0.2')],
    ['a line was removed', finished.replace(values, '')],
    ['the start was removed', values + end],
    ['the end was removed', start + values],
    ['the status was changed', finished.replace('finished', 'failed')],
    ['one of two equal lines was removed', finished, start + values + values + end],
    ['a line was cut short', finished.replace('{"step":2,"loss":0.25}', '{"step":2,"lo')],
    ['two lines were glued together', finished.replace('}\n{"step":2', '}{"step":2')],
    ['nothing is left', ''],
    ['the log became a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n'],
  ])('finds that %s', (_name, after, before = finished) => {
    expect(judge(stream, before, after)).toEqual(lost);
  });

  it('finds that values changed places, since the later value is the one that stands', () => {
    const [first = '', second = ''] = values.split('\n');
    expect(judge(stream, finished, `${start}${second}\n${first}\n${end}`)).toEqual(lost);
  });

  it.each([
    ['nothing changed', finished],
    ['a note was appended', `${finished}{"event":"note","text":"x"}\n`],
    ['a resumed start and values were appended', `${finished}{"event":"start","resumed":true}\n{"step":3,"loss":0}\n`],
    ['a second end was appended', finished + end],
    ['LF became CRLF', finished.replaceAll('\n', '\r\n')],
    ['a byte order mark was added', `\ufeff${finished}`],
    ['blank lines were added', finished.replaceAll('\n', '\n\n')],
    ['the last newline was removed', finished.trimEnd()],
    ['it was compressed', gzipSync(finished)],
  ])('finds nothing where %s', (_name, after) => {
    expect(judge(stream, finished, after)).toEqual(kept);
  });

  it('finds nothing where CRLF became LF, the mark went, or the log was expanded again', () => {
    for (const before of [finished.replaceAll('\n', '\r\n'), `\ufeff${finished}`, gzipSync(finished)])
      expect(judge(stream, before, finished)).toEqual(kept);
    expect(judge(`${stream}.gz`, gzipSync(finished, { level: 1 }), gzipSync(finished, { level: 9 }))).toEqual(kept);
  });

  it('finds an edit between two compressed versions', () => {
    expect(judge(`${stream}.gz`, gzipSync(finished), gzipSync(finished.replace('0.25', '0.2')))).toEqual(lost);
  });

  it('leaves a run that had not ended to its owner', () => {
    expect(judge(stream, start + values, '')).toEqual(kept);
    expect(judge(stream, '', finished)).toEqual(kept);
    const resumed = `${finished}{"event":"start","resumed":true}\n{"step":3,"loss":9}\n`;
    expect(judge(stream, resumed, resumed.replace('"loss":9', '"loss":0'))).toEqual(kept);
    expect(judge(stream, resumed, resumed.replace('"loss":0.5', '"loss":0'))).toEqual(lost);
  });

  it('knows an end by its record, whatever its spaces and the order of its keys', () => {
    for (const own of ['{ "event" : "end", "status": "failed" }\n', '{"status":"killed","event":"end"}\n'])
      expect(judge(stream, values + own, own)).toEqual(lost);
  });

  it('takes no other record for an end', () => {
    for (const own of [
      '{"event":"note","text":"\\"event\\":\\"end\\""}\n',
      '{"event":"ending"}\n',
      '{"event":"start","params":{"event":"end"}}\n',
      '{"step":3,"phase":"end","event":"metric"}\n',
    ])
      expect(judge(stream, values + own, own), own).toEqual(kept);
  });

  it('judges a run that is called "runs" as the stream that it is', () => {
    const path = 'experiments/e/runs/runs.jsonl';
    expect(judge(path, finished, finished.replace('0.25', '0.2'))).toEqual(lost);
    expect(judge(path, finished, `${finished}{"event":"note","text":"x"}\n`)).toEqual(kept);
  });

  it('never throws, and never finds a loss where lines were only added after the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (a, b) => {
        const [before, after] = [Buffer.from(a), Buffer.from(b)];
        for (const path of [stream, 'e/runs.jsonl', 'e/runs.yaml', 'e/runs/a.yaml'])
          expect(findLostRecords(path, before, gzipSync(before)).isLost).toBe(false);
        expect(findLostRecords(stream, before, after).runs).toEqual([]);
        const log = Buffer.concat([Buffer.from(finished), Buffer.from('{"event":"note","text":"x"}\n')]);
        expect(findLostRecords(stream, Buffer.from(finished), Buffer.concat([log, after])).isLost).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('finds each way to take one line out of a finished stream', () => {
    const record = fc.record({ step: fc.nat(5), loss: fc.constantFrom(0, 0.5, 1) }).map((own) => JSON.stringify(own));
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), fc.nat(), (records, at) => {
        const before = `${records.join('\n')}\n${end}`;
        const after = `${records.filter((_, index) => index !== at % records.length).join('\n')}\n${end}`;
        expect(judge(stream, before, after)).toEqual(lost);
      }),
      { numRuns: 100 },
    );
  });
});

describe('findLostRecords in a file of whole runs', () => {
  const x = '{"id":"x","status":"finished","metrics":{"acc":0.5}}\n';
  const y = '{"id":"y","status":"killed","metrics":{"acc":0.6}}\n';
  const open = '{"id":"open","metrics":{"acc":0.1}}\n';
  const many = 'experiments/e/runs.jsonl';

  it('names only the run whose value was changed', () => {
    expect(judge(many, x + y + open, x + y.replace('0.6', '0.7') + open)).toEqual({ isLost: true, runs: ['y'] });
    expect(judge(many, x + y, x.replace('0.5', '0.7') + y.replace('0.6', '0.7'))).toEqual({
      isLost: true,
      runs: ['x', 'y'],
    });
  });

  it('names a run that was removed, and one whose status went', () => {
    expect(judge(many, x + y, x)).toEqual({ isLost: true, runs: ['y'] });
    expect(judge(many, x + y, x + y.replace('"status":"killed",', ''))).toEqual({ isLost: true, runs: ['y'] });
  });

  it('names a run by "run" where it has no "id", as the reader does', () => {
    const named = x.replace('"id"', '"run"');
    expect(judge(many, named + y, y)).toEqual({ isLost: true, runs: ['x'] });
  });

  it('names a run whose id is a number', () => {
    expect(judge(many, x.replace('"x"', '7'), '')).toEqual({ isLost: true, runs: ['7'] });
  });

  it.each([
    ['the lines changed places', y + x],
    ['a run was added', x + y + open],
    ['the keys changed places', `{"metrics":{"acc":0.5},"status":"finished","id":"x"}\n${y}`],
    ['spaces were added', x.replaceAll(':', ': ') + y],
    [
      'tags, notes, the name and archival changed',
      `${x.replace('}}', '},"tags":["a"],"notes":"n","name":"N","archived":true}')}${y}`,
    ],
    ['a line stands twice, as a union merge leaves it', x + y + x],
  ])('finds nothing where %s', (_name, after) => {
    expect(judge(many, x + y, after)).toEqual(kept);
  });

  it('leaves a run that had not ended to its owner', () => {
    expect(judge(many, x + open, x)).toEqual(kept);
    expect(judge(many, open, open.replace('0.1', '0.2'))).toEqual(kept);
  });

  it('judges the documents of runs.yaml and of RUN.yaml alike', () => {
    const yaml = 'id: x\nstatus: finished\nmetrics: {acc: 0.5}\n---\nid: y\nmetrics: {acc: 1}\n';
    expect(judge('experiments/e/runs.yaml', yaml, yaml.replace('0.5', '0.6'))).toEqual({ isLost: true, runs: ['x'] });
    expect(judge('experiments/e/runs.yaml', yaml, yaml.replace('acc: 1', 'acc: 2'))).toEqual(kept);
    expect(
      judge('experiments/e/runs.yaml', yaml, `# a remark\n${yaml.replace('{acc: 0.5}', '\n  acc: 0.50')}`),
    ).toEqual(kept);
    const lone = 'status: finished\nmetrics: {acc: 0.5}\n';
    expect(judge('experiments/e/runs/a.yaml', lone, lone.replace('0.5', '0.6'))).toEqual(lost);
    expect(judge('experiments/e/runs/a.yaml', lone, lone.replaceAll('\n', '\r\n'))).toEqual(kept);
    expect(judge('experiments/e/runs/a.yaml', lone, `${lone}tags: [a]\n`)).toEqual(kept);
  });

  it('finds that a finished run can no longer be read', () => {
    expect(judge(many, x, 'nonsense\n')).toEqual({ isLost: true, runs: ['x'] });
    expect(judge('experiments/e/runs.yaml', 'id: x\nstatus: finished\n', 'id: [\n')).toEqual({
      isLost: true,
      runs: ['x'],
    });
  });

  it('keeps names such as __proto__ apart', () => {
    const own = '{"id":"x","status":"finished","metrics":{"__proto__":0.5}}\n';
    expect(judge(many, own, own.replace('0.5', '0.6'))).toEqual({ isLost: true, runs: ['x'] });
  });
});
