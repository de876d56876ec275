import type { DiagnosticCode } from './catalogue.ts';

/** A file that gives a code, and the same file as it should be. */
export interface DiagnosticExample {
  /** Path below `experiments/`. */
  file: string;
  wrong: string;
  /** Absent where the remedy is not another text. */
  right?: string;
  /** How `wrong` becomes bytes; UTF-8 by default. */
  encoding?: 'utf16le' | 'latin1' | 'utf8';
}

/** What stands in place of a file's text where the fault lies outside of it. */
export interface DiagnosticSituation {
  situation: string;
}

const log = 'cifar10/runs/lr-0.1.jsonl';
const settings = 'cifar10/experiment.yaml';
const many = 'cifar10/runs.jsonl';
const template = '_templates/sweep.yaml';
const view = '_views/best.yaml';

/** One sample for each code: a test holds that the wrong one gives the code and the right one does not. */
export const examples: Record<DiagnosticCode, DiagnosticExample | DiagnosticSituation> = {
  'not-json': { file: log, wrong: '{"step": 1 "loss": 0.7}\n', right: '{"step": 1, "loss": 0.7}\n' },
  'python-repr': { file: log, wrong: "{'step': 1, 'loss': None}\n", right: '{"step": 1, "loss": null}\n' },
  'json-comment': {
    file: log,
    wrong: '# after the restart\n{"step": 1, "loss": 0.7}\n',
    right: '{"event": "note", "text": "after the restart"}\n{"step": 1, "loss": 0.7}\n',
  },
  'trailing-comma': { file: log, wrong: '{"step": 1, "loss": 0.7,}\n', right: '{"step": 1, "loss": 0.7}\n' },
  'indented-json': { file: log, wrong: '{\n  "step": 1,\n  "loss": 0.7\n}\n', right: '{"step": 1, "loss": 0.7}\n' },
  'json-array': {
    file: log,
    wrong: '[\n{"step": 1, "loss": 0.7},\n{"step": 2, "loss": 0.6}\n]\n',
    right: '{"step": 1, "loss": 0.7}\n{"step": 2, "loss": 0.6}\n',
  },
  'not-an-object': { file: log, wrong: '0.7\n', right: '{"loss": 0.7}\n' },
  'invalid-utf8': {
    file: log,
    wrong: '{"event": "note", "text": "na\xefve"}\n',
    right: '{"event": "note", "text": "naïve"}\n',
    encoding: 'latin1',
  },
  'nul-bytes': {
    file: log,
    wrong: '{"step": 1, "loss": 0.7}\n\0\0\0\0{"step": 2, "loss": 0.6}\n',
    right: '{"step": 1, "loss": 0.7}\n{"step": 2, "loss": 0.6}\n',
  },
  'nul-tail': { file: log, wrong: '{"step": 1, "loss": 0.7}\n\0\0\0\0', right: '{"step": 1, "loss": 0.7}\n' },
  'line-too-long': {
    situation: 'A line of more than 16 MB, such as an image written into the log as a list of numbers.',
  },
  'nested-too-deep': {
    file: log,
    wrong: `{"step": 1, "tree": ${'['.repeat(70)}${']'.repeat(70)}}\n`,
    right: '{"step": 1, "tree/depth": 70}\n',
  },
  'too-many-keys': { situation: 'A record with more than 100,000 keys.' },
  'too-many-metrics': {
    situation: 'A run that logs a metric of its own for each sample, so that it comes to more than 20,000 names.',
  },
  'glued-line': {
    file: log,
    wrong: '{"step": 1, "lo{"step": 2, "loss": 0.6}\n',
    right: '{"step": 1, "loss": 0.7}\n{"step": 2, "loss": 0.6}\n',
  },
  'incomplete-last-line': {
    file: log,
    wrong: '{"step": 1, "loss": 0.7}\n{"step": 2, "lo',
    right: '{"step": 1, "loss": 0.7}\n{"step": 2, "loss": 0.6}\n',
  },
  'conflict-marker': {
    file: log,
    wrong:
      '{"step": 1, "loss": 0.7}\n<<<<<<< HEAD\n{"event": "note", "text": "mine"}\n=======\n{"event": "note", "text": "theirs"}\n>>>>>>> main\n',
    right: '{"step": 1, "loss": 0.7}\n{"event": "note", "text": "mine"}\n{"event": "note", "text": "theirs"}\n',
  },
  'duplicate-key': {
    file: log,
    wrong: '{"step": 1, "loss": 0.7, "loss": 0.6}\n',
    right: '{"step": 1, "loss": 0.7, "val/loss": 0.6}\n',
  },
  crlf: { file: log, wrong: '{"step": 1, "loss": 0.7}\r\n', right: '{"step": 1, "loss": 0.7}\n' },
  'blank-lines': {
    file: log,
    wrong: '{"step": 1, "loss": 0.7}\n\n{"step": 2, "loss": 0.6}\n',
    right: '{"step": 1, "loss": 0.7}\n{"step": 2, "loss": 0.6}\n',
  },
  'byte-order-mark': { file: log, wrong: '\ufeff{"step": 1, "loss": 0.7}\n', right: '{"step": 1, "loss": 0.7}\n' },
  'empty-log': { file: log, wrong: '', right: '{"step": 1, "loss": 0.7}\n' },
  'still-being-written': { situation: 'A training job appends to the log at the very moment at which it is read.' },
  'unknown-event': {
    file: log,
    wrong: '{"event": "train_step", "step": 1, "loss": 0.7}\n',
    right: '{"step": 1, "loss": 0.7}\n',
  },
  'record-invalid': {
    file: log,
    wrong: '{"event": "start", "tags": "baseline"}\n',
    right: '{"event": "start", "tags": ["baseline"]}\n',
  },
  'step-not-a-number': { file: log, wrong: '{"step": "twelve", "loss": 0.7}\n', right: '{"step": 12, "loss": 0.7}\n' },
  'time-unreadable': {
    file: log,
    wrong: '{"step": 1, "time": "yesterday", "loss": 0.7}\n',
    right: '{"step": 1, "time": "2026-03-04T09:12:00+01:00", "loss": 0.7}\n',
  },
  'time-without-zone': {
    file: log,
    wrong: '{"step": 1, "time": "2026-03-04T09:12:00", "loss": 0.7}\n',
    right: '{"step": 1, "time": "2026-03-04T09:12:00+01:00", "loss": 0.7}\n',
  },
  'clock-went-back': {
    file: log,
    wrong: '{"step": 1, "time": 1772612000, "loss": 0.7}\n{"step": 2, "time": 1772611000, "loss": 0.6}\n',
    right: '{"step": 1, "time": 1772612000, "loss": 0.7}\n{"step": 2, "time": 1772612060, "loss": 0.6}\n',
  },
  'text-in-metric': {
    file: log,
    wrong: '{"step": 1, "loss": 0.7, "phase": "warm-up"}\n',
    right: '{"step": 1, "loss": 0.7}\n',
  },
  'unknown-status': {
    file: log,
    wrong: '{"event": "end", "status": "success"}\n',
    right: '{"event": "end", "status": "finished"}\n',
  },
  'record-after-end': {
    file: log,
    wrong: '{"step": 1, "loss": 0.7}\n{"event": "end", "status": "killed"}\n{"step": 2, "loss": 0.6}\n',
    right:
      '{"step": 1, "loss": 0.7}\n{"event": "end", "status": "killed"}\n{"event": "start", "resumed": true}\n{"step": 2, "loss": 0.6}\n',
  },
  'second-start': {
    file: log,
    wrong: '{"event": "start", "seed": 1}\n{"step": 1, "loss": 0.7}\n{"event": "start", "seed": 2}\n',
    right: '{"event": "start"}\n{"step": 1, "loss": 0.7}\n{"event": "start", "resumed": true}\n',
  },
  'repeated-header': {
    file: log,
    wrong: '{"event": "start", "seed": 1}\n{"event": "start", "seed": 1}\n{"step": 1, "loss": 0.7}\n',
    right: '{"event": "start", "seed": 1}\n{"step": 1, "loss": 0.7}\n',
  },
  'unknown-field': {
    file: log,
    wrong: '{"event": "start", "parms": {"lr": 0.1}}\n',
    right: '{"event": "start", "params": {"lr": 0.1}}\n',
  },
  'extra-field': {
    file: log,
    wrong: '{"event": "note", "text": "Restarted.", "mood": "hopeful"}\n',
    right: '{"event": "note", "text": "Restarted, hopeful."}\n',
  },
  'newer-schema': {
    file: log,
    wrong: '{"event": "start", "schema": 99}\n',
    right: '{"event": "start", "schema": 1}\n',
  },
  secret: {
    file: log,
    wrong: '{"event": "start", "params": {"api_key": "not-a-real-one"}}\n',
    right: '{"event": "start", "params": {"api_key": "$API_KEY"}}\n',
  },
  'artifact-outside': {
    file: log,
    wrong: '{"event": "artifact", "path": "../../../secrets.txt"}\n',
    right: '{"event": "artifact", "url": "https://example.org/model.pt"}\n',
  },
  'artifact-missing': {
    file: log,
    wrong: '{"event": "artifact", "path": "samples.png"}\n',
    right: '{"event": "artifact", "url": "https://example.org/samples.png"}\n',
  },
  'link-not-allowed': {
    file: log,
    wrong: '{"event": "artifact", "url": "s3://bucket/model.pt"}\n',
    right: '{"event": "artifact", "url": "https://bucket.example.org/model.pt"}\n',
  },
  utf16: {
    file: log,
    wrong: '\ufeff{"step": 1, "loss": 0.7}\n',
    right: '{"step": 1, "loss": 0.7}\n',
    encoding: 'utf16le',
  },
  utf32: { situation: 'A log written with encoding="utf-32".' },
  'binary-file': { file: log, wrong: '\x89PNG\r\n\x1a\n', encoding: 'latin1' },
  'lfs-pointer': { file: log, wrong: 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n' },
  'gzip-truncated': { situation: 'A .jsonl.gz file whose copying was broken off.' },
  'gzip-too-large': {
    situation: 'A .jsonl.gz file of a few megabytes that expands to many gigabytes of the same byte.',
  },
  'not-gzip': { file: 'cifar10/runs/lr-0.1.jsonl.gz', wrong: '{"step": 1, "loss": 0.7}\n' },
  'cannot-read': { situation: 'A log that the user who builds the site has no permission to read.' },
  'not-a-file': { situation: 'A named pipe or a folder called lr-0.1.jsonl.' },
  symlink: { situation: 'lr-0.1.jsonl is a symbolic link to a file elsewhere.' },
  'id-invalid': { file: 'cifar10/runs/lr 0.1 (copy).jsonl', wrong: '{"step": 1, "loss": 0.7}\n' },
  'id-missing': {
    file: many,
    wrong: '{"status": "finished", "metrics": {"val/acc": 0.93}}\n',
    right: '{"id": "a", "status": "finished", "metrics": {"val/acc": 0.93}}\n',
  },
  'id-collision': {
    file: many,
    wrong: '{"id": "a", "metrics": {"val/acc": 0.93}}\n{"id": "a", "metrics": {"val/acc": 0.91}}\n',
    right: '{"id": "a", "metrics": {"val/acc": 0.93}}\n{"id": "b", "metrics": {"val/acc": 0.91}}\n',
  },
  'id-case-collision': {
    file: many,
    wrong: '{"id": "run-a"}\n{"id": "Run-A"}\n',
    right: '{"id": "run-a"}\n{"id": "run-b"}\n',
  },
  'repeated-run': {
    file: many,
    wrong: '{"id": "a", "metrics": {"val/acc": 0.93}}\n{"id": "a", "metrics": {"val/acc": 0.93}}\n',
    right: '{"id": "a", "metrics": {"val/acc": 0.93}}\n',
  },
  'near-miss-name': { file: 'cifar10/runs/lr-0.1.ndjson', wrong: '{"step": 1, "loss": 0.7}\n' },
  'runs-outside-experiment': { file: 'runs/lr-0.1.jsonl', wrong: '{"step": 1, "loss": 0.7}\n' },
  'no-log-in-folder': { file: 'cifar10/runs/lr-0.1/samples.csv', wrong: 'a,b\n' },
  'edited-after-finish': { situation: "A finished run's log, committed, in which a later commit changes a value." },
  'edited-with-reason': {
    situation: 'The same, but the commit message ends with "Runfolio-Edit: the second half belonged to another run".',
  },
  'history-incomplete': { situation: 'CI cloned the repository with a depth of 1.' },
  'log-over-budget': {
    situation:
      '_site.yaml says budgets: {log_bytes: 5 MB}, and a run logs a gradient norm for every parameter at every step.',
  },
  'commit-over-budget': {
    situation: '_site.yaml says budgets: {commit_bytes: 50 MB}, and one commit adds a sweep of 80 MB.',
  },
  'artifact-over-budget': {
    situation: '_site.yaml says budgets: {artifact_bytes: 2 MB}, and a checkpoint was committed beside its log.',
  },
  'keys-over-budget': { situation: "_site.yaml says budgets: {keys: 200}, and a metric's name holds the step." },
  'yaml-syntax': {
    file: settings,
    wrong: 'title: "ResNet-18\nowner: vision\n',
    right: 'title: "ResNet-18"\nowner: vision\n',
  },
  'yaml-limit': { file: settings, wrong: `title: ${'['.repeat(100)}${']'.repeat(100)}\n`, right: 'title: ResNet-18\n' },
  'yaml-tag': { file: settings, wrong: 'title: !!python/object:model.Config {}\n', right: 'title: ResNet-18\n' },
  'yaml-not-a-mapping': { file: settings, wrong: '- title\n- owner\n', right: 'title: ResNet-18\n' },
  'second-document': {
    file: settings,
    wrong: 'title: ResNet-18\n---\ntitle: ResNet-50\n',
    right: 'title: ResNet-18\n',
  },
  'unknown-key': { file: settings, wrong: 'hypotesis: Smoothing helps.\n', right: 'hypothesis: Smoothing helps.\n' },
  'repeated-key': { file: settings, wrong: 'owner: vision\nowner: audio\n', right: 'owner: vision\n' },
  'wrong-type': { file: settings, wrong: 'tags: cifar10\n', right: 'tags: [cifar10]\n' },
  'formula-invalid': {
    file: settings,
    wrong: 'derived: {gap: train/acc -}\n',
    right: 'derived: {gap: train/acc - val/acc}\n',
  },
  'formula-cycle': { file: settings, wrong: 'derived: {a: b + 1, b: a + 1}\n', right: 'derived: {a: b + 1}\n' },
  'derived-incomplete': {
    situation:
      'All training losses of a run of millions of steps, then all validation losses, and a formula over both.',
  },
  'unknown-run': { file: settings, wrong: 'baseline: lr-0.3\n' },
  'unknown-chart-name': {
    situation:
      'experiment.yaml says charts: [{type: scatter, x: lr, y: acc}], and its runs call the param optimizer.lr.',
  },
  'unknown-variable': {
    file: template,
    wrong: 'template: {variables: {metric: {required: true}}}\nmetrics: {"{{metrc}}": {goal: min}}\n',
    right: 'template: {variables: {metric: {required: true}}}\nmetrics: {"{{metric}}": {goal: min}}\n',
  },
  'unquoted-variable': {
    file: template,
    wrong: 'title: {{name}}\n',
    right: 'title: "{{name}}"\n',
  },
  'unused-variable': {
    file: template,
    wrong: 'template: {variables: {owner: {default: vision}}}\ntitle: "{{name}}"\n',
    right: 'template: {variables: {owner: {default: vision}}}\ntitle: "{{name}}"\nowner: "{{owner}}"\n',
  },
  'filter-invalid': { file: view, wrong: 'where: "status = finished and"\n', right: 'where: status = finished\n' },
  'unknown-view-name': {
    situation: '_views/best.yaml says metric: acc, and the runs call it val/acc.',
  },
  'view-key-unused': {
    file: view,
    wrong: 'kind: curves\nbaseline: a/b\n',
    right: 'kind: curves\n',
  },
  'view-without-runs': { file: view, wrong: 'where: status = failed\n' },
  'missing-required': {
    situation: 'experiment.yaml says required: {params: [lr, seed]}, and the start record of a run names no seed.',
  },
};

/** Says whether a sample is a file's text. */
export function isFileExample(example: DiagnosticExample | DiagnosticSituation): example is DiagnosticExample {
  return 'file' in example;
}
