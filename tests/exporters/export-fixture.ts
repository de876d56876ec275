import type { LogFiles } from '../store/log-folder.ts';

/** A small folder with one of everything that an export has to get right. */
export const fixture: LogFiles = {
  '_site.yaml': 'crashed_after: 1h\n',
  'digits/experiment.yaml': 'metrics:\n  val/acc: {goal: max, summary: best}\n  loss: {summary: mean}\n',
  'digits/runs/sgd.jsonl': [
    '{"event":"start","time":"2026-03-04T09:00:00+01:00","name":"SGD","seed":3,"group":"g1","tags":["a","b c"],"params":{"lr":0.1,"big":12345678901234567890,"layers":[64,32],"none":null,"on":true,"neg":-0.5}}',
    '{"step":1,"loss":2,"val/acc":0.5}',
    '{"step":2,"loss":1,"val/acc":0.75}',
    '{"step":3,"loss":3,"val/acc":0.625}',
    '{"event":"end","status":"finished","time":"2026-03-04T09:01:30+01:00"}',
    '',
  ].join('\n'),
  'digits/runs/nan.jsonl': '{"step":1,"loss":1}\n{"step":2,"loss":NaN}\n{"step":2,"loss":-Infinity}\n',
  'digits/runs/open.jsonl': '{"event":"start","time":1772612000}\n',
  'odd/runs.jsonl':
    '{"id":"proto","params":{"__proto__":"x","constructor":1},"metrics":{"__proto__":1},"archived":true}\n',
};
