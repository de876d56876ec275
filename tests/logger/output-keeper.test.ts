import { describe, expect, it } from 'vitest';
import { OutputKeeper } from '../../src/logger/output-keeper.ts';
import { OutputLines } from '../../src/logger/output-lines.ts';

function keep(text: string, bounds: { headBytes?: number; tailBytes?: number } = {}): OutputKeeper {
  const keeper = new OutputKeeper(bounds);
  const lines = new OutputLines();
  for (const line of [...lines.push(new TextEncoder().encode(text)), ...lines.end()]) keeper.add('stdout', line);
  keeper.end();
  return keeper;
}

describe('OutputKeeper', () => {
  it('keeps what a terminal would show in the end', () => {
    expect(keep('a\r\n\u001b[31mred\u001b[0m\n\r10%\r 50%\r100%\ndone\n\n\rlast 1\rlast 2\r').text()).toBe(
      'a\nred\n100%\ndone\n\nlast 2\n',
    );
  });

  it('keeps the beginning and the end, and counts what lies between in whole lines', () => {
    const text = Array.from({ length: 100 }, (_, i) => `line ${i + 100}\n`).join('');
    expect(keep(text, { headBytes: 20, tailBytes: 25 }).text()).toBe(
      'line 100\nline 101\n… 96 lines of 864 bytes are left out here …\nline 198\nline 199\n',
    );
    expect(keep(text, { headBytes: 900 }).text()).toBe(text);
  });

  it('drops many lines without keeping them in memory', () => {
    const keeper = keep('x\n'.repeat(50_000), { headBytes: 2, tailBytes: 4 });
    expect(keeper.text()).toBe('x\n… 49997 lines of 99994 bytes are left out here …\nx\nx\n');
  });

  it('tells the beginning as it comes', () => {
    const heads: string[] = [];
    const keeper = new OutputKeeper({ headBytes: 4, onHead: (text) => heads.push(text) });
    for (const text of ['a', 'b', 'c']) keeper.add('stdout', { text, isFinal: true, isCut: false });
    expect(heads).toEqual(['a\n', 'b\n']);
  });

  it('says whether there was any output, and which lines were cut', () => {
    expect(keep('').isEmpty).toBe(true);
    expect(keep('\n').isEmpty).toBe(false);
    expect(keep('x'.repeat(200_000)).text()).toBe(`${'x'.repeat(65_536)} …\n`);
  });

  it('leaves secrets out, private keys over all their lines', () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\nMIIEdef\n-----END RSA PRIVATE KEY-----';
    const text = keep(`token = "abcdefghijkl"\nkey: ${key}\nAKIAABCDEFGHIJKLMNOP\nafter\n`).text();
    expect(text).toBe('token = "[redacted]"\nkey: [redacted]\n[redacted]\n[redacted]\n[redacted]\n[redacted]\nafter\n');
  });
});
