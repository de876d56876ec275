import { describe, expect, it } from 'vitest';
import { maxOutputLine, type OutputLine, OutputLines } from '../../src/logger/output-lines.ts';
import { ProgressReader, type ProgressRecord } from '../../src/logger/progress-reader.ts';

function show({ step, metrics }: ProgressRecord): string {
  return `${step}: ${[...metrics].map(([name, value]) => `${name}=${value}`).join(' ')}`;
}

function readAll(text: string, size = text.length): string[] {
  const lines = new OutputLines();
  const reader = new ProgressReader();
  const bytes = new TextEncoder().encode(text);
  const records: ProgressRecord[] = [];
  for (let from = 0; from < bytes.length; from += size)
    for (const line of lines.push(bytes.subarray(from, from + size))) records.push(...reader.read(line).records);
  for (const line of lines.end()) records.push(...reader.read(line).records);
  return [...records, ...reader.end()].map(show);
}

const bar = (at: number, of: number, rest: string): string =>
  `${Math.floor((100 * at) / of)}%|██  | ${at}/${of} [00:01<00:02, 3.1it/s${rest}]`;

describe('ProgressReader', () => {
  it('keeps the last state of each step of a progress bar', () => {
    expect(
      readAll(
        `\r${bar(0, 3, '')}\r${bar(1, 3, ', loss=0.9')}\r${bar(1, 3, ', loss=0.8')}\r${bar(2, 3, ', loss=0.7')}\r${bar(3, 3, ', loss=0.6')}\r${bar(3, 3, ', loss=0.5')}\ndone\n`,
      ),
    ).toEqual(['1: loss=0.8', '2: loss=0.7', '3: loss=0.5']);
  });

  it('keeps the last state of a line that tells no step', () => {
    expect(readAll('\rloss: 0.9\rloss: 0.8\rloss: 0.7\nloss: 0.6\n')).toEqual(['0: loss=0.7', '1: loss=0.6']);
  });

  it('counts on over the bars of further epochs', () => {
    const epoch = (name: string, loss: number): string =>
      `\r${name}${bar(1, 2, `, loss=${loss}`)}\r${name}${bar(2, 2, `, loss=${loss}`)}\n`;
    const steps = ['1: loss=3', '2: loss=3', '3: loss=2', '4: loss=2'];
    expect(readAll(epoch('', 3) + epoch('', 2))).toEqual(steps);
    expect(readAll(`Epoch 1/2\n${epoch('', 3)}Epoch 2/2\n${epoch('', 2)}`)).toEqual(steps);
    expect(readAll(epoch('Epoch 1: ', 3) + epoch('Epoch 2: ', 2))).toEqual(
      steps.map((text) => `${text} epoch=${text < '3' ? 1 : 2}`),
    );
    expect(readAll(epoch('Epoch 0: ', 3) + epoch('Epoch 1: ', 2))).toEqual(
      steps.map((text) => `${text} epoch=${text < '3' ? 0 : 1}`),
    );
  });

  it('counts on from the epoch that a resumed job begins with', () => {
    expect(readAll('Epoch 5/9\n1/100 - loss: 0.5\n2/100 - loss: 0.4\n')).toEqual(['401: loss=0.5', '402: loss=0.4']);
  });

  it('takes a bar of validation for itself', () => {
    expect(
      readAll(`${bar(2, 2, ', loss=3')}\nValidating: ${bar(1, 1, ', loss=4')}\n${bar(2, 2, ', loss=2')}\n`),
    ).toEqual(['2: loss=3', '1: val/loss=4', '2: loss=2']);
  });

  it('counts named steps on where they begin anew in an epoch, and leaves them where they do not', () => {
    expect(
      readAll(
        'Epoch [1/2], Step [300/600], Loss: 3\nEpoch [1/2], Step [600/600], Loss: 2\nEpoch [2/2], Step [300/600], Loss: 1\n',
      ),
    ).toEqual(['300: Loss=3 epoch=1', '600: Loss=2 epoch=1', '900: Loss=1 epoch=2']);
    expect(readAll('epoch 1 step 600 loss 2.5\nepoch 2 step 900 loss 1.5\n')).toEqual([
      '600: loss=2.5 epoch=1',
      '900: loss=1.5 epoch=2',
    ]);
    expect(readAll('step 5 loss 0.5\nstep 3 loss 0.4\n'), 'a resumed job goes back').toEqual([
      '5: loss=0.5',
      '3: loss=0.4',
    ]);
  });

  it('puts a line without a step at the last one told', () => {
    expect(readAll('step 100 loss 0.5\nTest accuracy: 0.91\nstep 200 loss 0.4\nTest accuracy: 0.92\n')).toEqual([
      '100: loss=0.5',
      '100: test/accuracy=0.91',
      '200: loss=0.4',
      '200: test/accuracy=0.92',
    ]);
  });

  it('counts lines that tell no step', () => {
    expect(readAll('loss: 0.5\nacc: 0.1\nloss: 0.4\nacc: 0.2\nloss: 0.3\n')).toEqual([
      '0: loss=0.5',
      '0: acc=0.1',
      '1: loss=0.4',
      '1: acc=0.2',
      '2: loss=0.3',
    ]);
  });

  it('takes epochs as steps where there is nothing finer', () => {
    expect(readAll('Epoch 1/2\nloss: 0.5\nEpoch 2/2\nloss: 0.4\n')).toEqual(['1: loss=0.5', '2: loss=0.4']);
  });

  it('reads a last line without its end, CRLF and a byte order mark', () => {
    expect(readAll('\ufeffstep 1 loss 0.5\r\nstep 2 loss 0.4')).toEqual(['1: loss=0.5', '2: loss=0.4']);
  });

  it('gives the same records however the bytes are cut', () => {
    const text = `Epoch 1/2\r\n\r${bar(1, 2, ', loss=0.9')}\r${bar(2, 2, ', loss=é0.8, acc=0.7')}\nstep 5 손실=0.5\n{"step": 9, "loss": NaN}\nloss: 0.1`;
    const whole = readAll(text);
    expect(whole.length).toBeGreaterThan(3);
    for (let size = 1; size <= 60; size += 1) expect(readAll(text, size)).toEqual(whole);
  });

  it('says of each line whether it was progress', () => {
    const reader = new ProgressReader();
    const lines = new OutputLines().push(new TextEncoder().encode(`hello\n${bar(1, 2, '')}\rstep 1 loss 0.5\nbye\n`));
    expect(lines.map((line) => reader.read(line).isProgress)).toEqual([false, true, true, false]);
  });
});

describe('OutputLines', () => {
  it('passes over the rest of a line without an end, in bounded memory, and reads on after it', () => {
    const lines = new OutputLines();
    const chunk = new TextEncoder().encode('step 1 loss 0.5 '.repeat(1_000));
    for (let times = 0; times < 100; times += 1) expect(lines.push(chunk)).toEqual([]);
    const [long, next] = lines.push(new TextEncoder().encode('\nstep 2 loss 0.4\n'));
    expect(long).toMatchObject({ isCut: true, isFinal: true });
    expect(long?.text).toHaveLength(maxOutputLine);
    expect(next).toEqual({ text: 'step 2 loss 0.4', isFinal: true, isCut: false });
    const reader = new ProgressReader();
    expect([long, next].map((line) => reader.read(line as OutputLine).records.map(show))).toEqual([
      [],
      ['2: loss=0.4'],
    ]);
  });

  it('tells a state that is overwritten from a line that stays', () => {
    const lines = new OutputLines();
    expect(
      [...lines.push(new TextEncoder().encode('a\rb\nc\r\nd')), ...lines.end()].map(({ text, isFinal }) => [
        text,
        isFinal,
      ]),
    ).toEqual([
      ['a', false],
      ['b', true],
      ['c', false],
      ['', true],
      ['d', true],
    ]);
  });
});
