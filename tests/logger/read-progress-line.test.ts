import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTeePattern, type TeePattern, type TeePatternSetting } from '../../src/format/tee-pattern.ts';
import { readProgressLine } from '../../src/logger/read-progress-line.ts';

/** A reading in a line of text, for the eye. */
function show(line: string, patterns: TeePattern[] = []): string {
  const reading = readProgressLine(line, { patterns });
  if (reading === undefined) return '-';
  const count = (name: string, own: { at: number; of: number | undefined } | undefined): string =>
    own === undefined ? '' : `${name} ${own.at}${own.of === undefined ? '' : ` of ${own.of}`}, `;
  const { step, epoch, counter, metrics } = reading;
  const places = `${count(step?.key ?? '', step)}${count('epoch', epoch)}${count('count', counter)}`;
  return `${places}${[...metrics].map(([name, value]) => `${name}=${value}`).join(' ')}`.replace(/, $/, '');
}

function patternOf(setting: TeePatternSetting): TeePattern {
  const compiled = compileTeePattern(setting);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.tee;
}

describe('readProgressLine', () => {
  it.each([
    ['step 10 loss 0.3', 'step 10, loss=0.3'],
    ['step=10 loss=0.3', 'step 10, loss=0.3'],
    ['STEP: 10, Loss: 3e-1', 'step 10, Loss=0.3'],
    ['loss 0.3 at step 10', 'step 10, loss=0.3'],
    ['epoch 3/10 - loss: 0.42 - acc: 0.91', 'epoch 3 of 10, loss=0.42 acc=0.91'],
    ['[10/100] loss 0.3', 'count 10 of 100, loss=0.3'],
    ['10/100 loss=-inf acc=nan', 'count 10 of 100, loss=-Infinity acc=NaN'],
    ['step: 1,000 | loss: 1.5 | tok/s: 12.3k | mem: 8.2GB', 'step 1000, loss=1.5 tok/s=12300 mem=8.2'],
    ['step 5 epoch 2 loss 0.1', 'step 5, epoch 2, loss=0.1'],
    ['step 4 loss 1,5', 'step 4'],
    ['step 12,34 loss=0.5', 'loss=0.5'],
    ['step=4,loss=1.5,acc=0.5,', 'step 4, loss=1.5 acc=0.5'],
    ['[2024-01-01 10:00:00,123][INFO] epoch=2 train/loss=0.3 val/acc=91.2%', 'epoch 2, train/loss=0.3 val/acc=91.2'],
    ['loss = 0.5 (best 0.3)', 'loss=0.5'],
    ['학습 손실: 0.25 step: 3', 'step 3, 손실=0.25'],
    ['step 3 __proto__=1 constructor=2', 'step 3, __proto__=1 constructor=2'],
  ])('reads %j', (line, expected) => {
    expect(show(line)).toBe(expected);
  });

  it.each([
    [
      'tqdm',
      'Epoch 1:  23%|██▎    | 23/100 [00:05<00:17,  4.50it/s, loss=0.532]',
      'epoch 1, count 23 of 100, loss=0.532',
    ],
    ['tqdm without a total', 'training: 23it [00:05,  4.50it/s, loss=0.532]', 'count 23, loss=0.532'],
    [
      'Lightning',
      'Epoch 0:  12%|█▏ | 120/1000 [00:10<01:00, 12.0it/s, v_num=3, train_loss=0.53]',
      'epoch 0, count 120 of 1000, train_loss=0.53',
    ],
    [
      'Keras',
      '\u001b[1m  1/938\u001b[0m \u001b[37m━━━━\u001b[0m \u001b[1m1:57\u001b[0m 125ms/step - accuracy: 0.1250 - loss: 2.3026\b\b\b',
      'count 1 of 938, accuracy=0.125 loss=2.3026',
    ],
    [
      'Hugging Face',
      "{'loss': 0.42, 'grad_norm': 1.2, 'learning_rate': 5e-05, 'epoch': 0.5}",
      'epoch 0.5, loss=0.42 grad_norm=1.2 learning_rate=0.00005',
    ],
    [
      'numpy in a dict',
      "{'loss': np.float64(0.42), 'acc': tensor(0.5, device='cuda:0'), 'step': 3}",
      'step 3, loss=0.42 acc=0.5',
    ],
    [
      'Lightning with Rich',
      'Epoch 2/2  ━━━━ 8/8 0:00:00 • 0:00:00 50.21it/s train_loss: 0.019 ',
      'epoch 2 of 2, count 8 of 8, train_loss=0.019',
    ],
    [
      'the MNIST example of PyTorch',
      'Train Epoch: 1 [6400/60000 (11%)]\tLoss: 0.300000',
      'epoch 1, count 6400 of 60000, Loss=0.3',
    ],
    [
      'its test line',
      'Test set: Average loss: 0.0503, Accuracy: 9833/10000 (98%)',
      'test/average_loss=0.0503 test/Accuracy=0.9833',
    ],
    [
      'the ImageNet example of PyTorch',
      'Epoch: [3][  10/5005]\tTime  0.312 ( 0.521)\tLoss 6.9e+00 (7.0e+00)\tAcc@1   0.50 (  0.1)',
      'epoch 3, count 10 of 5005, Time=0.312 Loss=6.9 Acc@1=0.5',
    ],
    [
      'its test line',
      'Test: [ 10/196]\tLoss 1.2e+00 (1.0e+00)\tAcc@1  70.00 ( 71.1)',
      'count 10 of 196, test/Loss=1.2 test/Acc@1=70',
    ],
    ['PyTorch tutorials', 'Epoch [1/5], Step [100/600], Loss: 0.2193', 'step 100 of 600, epoch 1 of 5, Loss=0.2193'],
    ['PyTorch tutorials', 'loss: 2.294637  [ 6464/60000]', 'count 6464 of 60000, loss=2.294637'],
    ['PyTorch tutorials', ' Accuracy: 49.7%, Avg loss: 2.155', 'Accuracy=49.7 avg_loss=2.155'],
    ['nanoGPT', 'step 250: train loss 4.2874, val loss 4.2823', 'step 250, train/loss=4.2874 val/loss=4.2823'],
    ['nanoGPT', 'iter 10: loss 4.2883, time 26813.52ms, mfu -100.00%', 'iter 10, loss=4.2883 time=26813.52 mfu=-100'],
    ['llm.c', 's:3 trl:10.7157 lr:0.000003 norm:13.12', 's 3, trl=10.7157 lr=0.000003 norm=13.12'],
    [
      'MMEngine',
      '2023/06/05 20:10:13 - mmengine - INFO - Epoch(val)   [10][2/6]  eta: 4:59:11  time: 9.978710  loss: 0.421912',
      'epoch 10, count 2 of 6, val/time=9.97871 val/loss=0.421912',
    ],
  ])('reads the line of %s: %j', (_program, line, expected) => {
    expect(show(line)).toBe(expected);
  });

  it.each([
    ['{"step": 3, "loss": 0.5, "val": {"acc": NaN}}', 'step 3, loss=0.5 val/acc=NaN'],
    [
      '{"loss": 0.5, "ok": true, "name": "x", "best": null, "worst": "Infinity", "list": [1]}',
      'loss=0.5 ok=1 worst=Infinity',
    ],
    ['INFO:root:{"step": 3, "loss": 0.5, "time": 1772612000.2}', 'step 3, loss=0.5'],
    ['{"event": "train step", "iteration": 3, "epoch": 1, "loss": 0.5}', 'iteration 3, epoch=1 loss=0.5'],
    ['{"config": {"lr": 0.1}, "loss": 1}', 'loss=1'],
    ['{"event": "start", "params": {"lr": 0.1}, "time": 5}', '-'],
    [
      "{'eval_loss': '5.289', 'eval_runtime': '0.0874', 'note': 'x', 'epoch': '1'}",
      'epoch 1, eval_loss=5.289 eval_runtime=0.0874',
    ],
    ['{"message": "hello"}', '-'],
    ["mp_cfg: {'threads': 4}", '-'],
    ['{"__proto__": 1, "loss": 2}', '__proto__=1 loss=2'],
  ])('reads the object %s', (line, expected) => {
    expect(show(line)).toBe(expected);
  });

  it.each([
    '',
    'Downloaded 5 files in 3.2 seconds',
    'Python 3.8.10',
    'Num params: 124000000',
    'batch_size=32 lr=0.1 seed=1',
    'http://localhost:8080/ is listening',
    'INFO - Started run with ID "3"',
    'max epoch: 100',
    'image size: 224x224',
    'Error: 2 files are missing',
    '2023/06/05 20:10:13 - starting',
    'eta: 4:59:11',
    '/opt/conda/lib/python3.8/site-packages/transformers/tokenization_utils_base.py:2198: FutureWarning: x',
    'val_loss improved from 0.5 to 0.4, saving model',
    'nan',
  ])('takes no metric from %j', (line) => {
    expect(show(line)).toBe('-');
  });

  it('takes only the place from a heading', () => {
    expect(
      ['Epoch 1/10', 'Epoch 3 saved 5 checkpoints', '100%|███| 10/10 [00:01<00:00]'].map((line) => show(line)),
    ).toEqual(['epoch 1 of 10', 'epoch 3', 'count 10 of 10']);
  });

  it('reads a line that a pattern matches by that pattern alone, and other lines as ever', () => {
    const patterns = [
      patternOf('^it (?P<step>\\d+) .* err (?P<error>\\S+)'),
      patternOf({ match: '(\\d+) => (\\S+) / (\\S+)', step: 1, metrics: { 'train/loss': 2, 'val/loss': 3 } }),
    ];
    expect(show('\u001b[32mit 7 loss 0.5 err 12%\u001b[0m', patterns)).toBe('step 7, error=12');
    expect(show('9 => 0.5 / nan', patterns)).toBe('step 9, train/loss=0.5 val/loss=NaN');
    expect(show('9 => a / b loss 1.5 step 3', patterns)).toBe('step 3, loss=1.5');
    expect(readProgressLine('step 3 loss 0.1', { patterns, wellKnown: false })).toBeUndefined();
  });

  it('never throws, whatever the line', () => {
    const token = fc.constantFrom(
      'loss',
      'step',
      'epoch',
      ':',
      '=',
      ' ',
      '[',
      ']',
      '/',
      '|',
      '{',
      '}',
      "'",
      '"',
      ',',
      '0.5',
      '1e9',
      'nan',
      '%',
      '\r',
      '\u001b[',
      'é',
      '-',
      '(',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(token, { maxLength: 60 }).map((all) => all.join('')),
        ),
        (line) => {
          const reading = readProgressLine(line);
          for (const value of reading?.metrics.values() ?? []) expect(typeof value).toBe('number');
          for (const own of [reading?.step, reading?.epoch, reading?.counter])
            if (own !== undefined) expect(own.at).toSatisfy(Number.isFinite);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('reads back every number that a program prints', () => {
    fc.assert(
      fc.property(fc.double(), fc.nat(), fc.constantFrom('loss', 'val/acc', 'top-5', 'a_b.c'), (value, step, name) => {
        const reading = readProgressLine(`step ${step} ${name}=${value}`);
        expect(reading?.step?.at).toBe(step);
        expect(reading?.metrics.get(name)).toBe(Object.is(value, -0) ? 0 : value);
        expect(readProgressLine(`step ${step} | ${name}: ${value} | x: 1`)?.metrics.get(name)).toBe(
          Object.is(value, -0) ? 0 : value,
        );
      }),
    );
  });

  // Work is counted in calls of the engine, not in seconds: a line that is read in a time that grows with its square would not end here.
  it.each([
    ['letters', 'a'],
    ['digits', '1'],
    ['spaces', ' '],
    ['pairs', 'a=1 '],
    ['names without values', 'loss: '],
    ['brackets', '[1/'],
    ['opening braces', '{"a":'],
    ['quotes', "'\\"],
    ['escapes', '\u001b['],
    ['operating system commands', '\u001b]'],
    ['commas', '1,111'],
    ['bars', '| 1/2 '],
    ['dashes', '-1-'],
    ['times', '00:00:'],
    ['dates', '2024-01-01'],
  ])('ends on 50,000 characters of %s', (_what, piece) => {
    const body = piece.repeat(Math.ceil(50_000 / piece.length)).slice(0, 50_000);
    for (const line of [body, `step 1 ${body}`, `{${body}}`, `loss ${body}!`]) readProgressLine(line);
    expect(readProgressLine(`step 1 loss 0.5 ${'x '.repeat(25_000)}`)?.metrics.get('loss')).toBe(0.5);
  });
});

const real = join(import.meta.dirname, '../../../shared/data/real/textlogs-llmc-gpt2');

describe.skipIf(!existsSync(real))('readProgressLine on real logs', () => {
  const truth = JSON.parse(existsSync(real) ? readFileSync(join(real, 'TRUTH.json'), 'utf8') : '{}') as Record<
    string,
    { metrics: Record<string, { n: number; first: number; last: number; last_step: number }> }
  >;

  it.each(Object.keys(truth))('agrees with the figures of %s', (file) => {
    const found = new Map<string, { n: number; first: number; last: number; last_step: number }>();
    for (const line of readFileSync(join(real, file), 'utf8').split('\n')) {
      const reading = readProgressLine(line);
      for (const [name, value] of reading?.metrics ?? []) {
        const known = found.get(name) ?? { n: 0, first: value, last: value, last_step: 0 };
        found.set(name, { ...known, n: known.n + 1, last: value, last_step: reading?.step?.at ?? Number.NaN });
      }
    }
    expect(Object.fromEntries(found)).toMatchObject(
      Object.fromEntries(
        Object.entries(truth[file]?.metrics ?? {}).map(([name, { n, first, last, last_step }]) => [
          name,
          { n, first, last, last_step },
        ]),
      ),
    );
    expect(found.size).toBeGreaterThan(0);
  });
});
