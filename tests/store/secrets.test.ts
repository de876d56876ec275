import { describe, expect, test } from 'vitest';
import { printPretty } from '../../src/diagnostics/print-pretty.ts';
import { exportRuns } from '../../src/exporters/export-runs.ts';
import { isSecretParam, redacted, redactText } from '../../src/format/secrets.ts';
import { lines, openLogs, openRun } from './log-folder.ts';

// Made up on the spot: each has the shape of a key and opens nothing.
const filler = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ'.repeat(4);
const shaped: [string, string][] = [
  ['an AWS key id', `AKIA${'ABCDEFGH23456789'}`],
  ['a GitHub token', `ghp_${filler.slice(0, 36)}`],
  ['a GitHub fine-grained token', `github_pat_${filler.slice(0, 40)}`],
  ['a GitLab token', `glpat-${filler.slice(0, 20)}`],
  ['a Hugging Face token', `hf_${filler.slice(0, 34)}`],
  ['an OpenAI key', `sk-${filler.slice(0, 48)}`],
  ['a Stripe key', `sk_live_${filler.slice(0, 24)}`],
  ['a Slack token', `xoxb-${'123456789012'}-${filler.slice(0, 24)}`],
  ['a Google key', `AIza${filler.slice(0, 35)}`],
  ['an npm token', `npm_${filler.slice(0, 36)}`],
  ['a JSON web token', `eyJ${filler.slice(0, 20)}.eyJ${filler.slice(0, 30)}.${filler.slice(0, 43)}`],
];

describe('redactText', () => {
  test.each(shaped)('takes %s out of a text, and gives it', (_name, secret) => {
    expect(redactText(`before ${secret} after`)).toEqual({ text: `before ${redacted} after`, secrets: [secret] });
    expect(redactText(secret).text).toBe(redacted);
  });

  test('takes the password out of an address and a command, and leaves the rest', () => {
    expect(redactText('https://ada:hunter22@git.example/x.git').text).toBe(`https://${redacted}@git.example/x.git`);
    expect(redactText('train.py --api-key=abcdef123 --lr 0.1').text).toBe(`train.py --api-key=${redacted} --lr 0.1`);
    expect(redactText('train.py --token abcdef123').text).toBe(`train.py --token ${redacted}`);
  });

  test('takes out every one of several', () => {
    const { text, secrets } = redactText(shaped.map(([, secret]) => secret).join(' '));
    expect(text.replaceAll(redacted, '').trim()).toBe('');
    expect(secrets).toHaveLength(shaped.length);
  });

  test('finds a secret wherever it stands in a long text', () => {
    const [, secret] = shaped[1] as [string, string];
    for (const before of [0, 100, 19_960, 19_970, 19_980, 19_990, 19_999, 20_000, 39_990]) {
      const { text, secrets } = redactText(`${'x'.repeat(before)} ${secret} ${'y'.repeat(100)}`);
      expect(secrets, `after ${before}`).toEqual([secret]);
      expect(text).not.toContain(secret.slice(0, 12));
    }
  });

  test.each([
    '',
    'plain words',
    'bert-base-uncased',
    'sk-learn',
    'https://example.org/a?b=c',
    'user@example.org',
    'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678',
    'runs/2026-03-04T09:12:00',
    '--tokenizer bert',
  ])('leaves %j alone', (text) => {
    expect(redactText(text)).toEqual({ text, secrets: [] });
  });
});

describe('isSecretParam', () => {
  test.each([
    'password',
    'passwd',
    'db.password',
    'api_key',
    'API-KEY',
    'apikey',
    'openai_api_key',
    'aws_secret_access_key',
    'client_secret',
    'access_token',
    'auth.token',
    'hf_token',
    'credentials',
    'WANDB_API_KEY',
    'private_key',
    'passphrase',
  ])('%s names a secret', (key) => {
    expect(isSecretParam(key, 'hunter2hunter2')).toBe(true);
  });

  test.each([
    'tokenizer',
    'max_tokens',
    'key_dim',
    'num_keys',
    'pad_token',
    'eos_token',
    'token_dropout',
    'tokens_per_step',
    'monkey',
    'keyboard',
    'secretary',
    'optimizer',
    'n_tokens',
    'key',
    'unk_token',
    'attention.key',
    'special_tokens',
  ])('%s does not', (key) => {
    expect(isSecretParam(key, 'hunter2hunter2')).toBe(false);
  });

  test.each(['none', 'None', 'true', ['$', '{API_KEY}'].join(''), '$TOKEN', '<token>', '****', redacted])(
    'the value %j is no secret',
    (value) => {
      expect(isSecretParam('api_key', value)).toBe(false);
    },
  );

  test('a number under such a name is a secret as well: a PIN, a numeric token', () => {
    expect(isSecretParam('password', 12345678)).toBe(true);
  });
});

describe('a secret never leaves the log', () => {
  const secret = 'hunter2hunter2';
  const token = shaped[1]?.[1] as string;

  test.each([
    ['a param', { event: 'start', params: { password: secret } }],
    ['a nested param', { event: 'params', params: { db: { password: secret } } }],
    ['a param of a metric line', { step: 1, config: { api_key: secret } }],
    ['a text of a metric line', { step: 1, api_key: secret }],
    ['a value in a list', { event: 'start', params: { keys: ['a', token] } }],
    ['a value in an object in a list', { event: 'start', params: { callbacks: [{ name: 'slack', api_key: secret }] } }],
    ['a value in a list in a list', { event: 'start', params: { args: [['--token', token]] } }],
    ['a command', { event: 'start', command: ['train.py', `--token=${token}`] }],
    ['the git remote', { event: 'start', git: { remote: `https://ada:${secret}@git.example/x` } }],
    ['the environment', { event: 'start', env: { WANDB_API_KEY: secret } }],
    ['a list in the environment', { event: 'start', env: { argv: [['x', token]] } }],
    ['notes', { event: 'start', notes: `use ${token}` }],
    ['a note', { event: 'note', text: `use ${token}` }],
    ['a log line', { event: 'log', message: `use ${token}` }],
    ['an error', { event: 'end', status: 'failed', error: { type: 'E', message: token } }],
    ['an alert', { event: 'alert', title: token }],
  ])('in %s: an error names the line, and no run, export or diagnostic has it', async (_name, record) => {
    const { run, diagnostics, store } = await openRun([{ step: 0, loss: 1 }, record]);
    const told = diagnostics.filter(({ code }) => code === 'secret');
    expect(told).toMatchObject([
      { severity: 'error', line: 2, hint: expect.stringMatching(/[Rr]evoke|[Rr]otate/) as unknown },
    ]);
    const everything = [
      JSON.stringify(run, (_key, value: unknown) => (value instanceof Map ? [...value] : value)),
      printPretty(diagnostics),
      JSON.stringify(diagnostics),
      ...(['json', 'jsonl', 'csv'] as const).map((format) => exportRuns(store, format, { nowMs: 0 })),
    ].join('\n');
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(token);
    const hidden = [...(store.secretsByFile.get('experiments/e/runs/x.jsonl') ?? [])];
    expect(hidden).toHaveLength(1);
    expect(hidden[0]?.includes(secret) === true || hidden[0] === token).toBe(true);
  });

  test.each([
    ['a torn line', `{"event":"start","params":{"password":"${secret}"`],
    ['a line that is no JSON', `{"event":"start","params":{"password":"${secret}"},}`],
    ['a Python dict', `{'password': '${secret}'}`],
    ['a line with a repeated key', `{"event":"params","params":{"password":"${secret}","password":"${secret}1"}}`],
    ['a line with another fault', `{"event":"start","params":{"password":"${secret}"},"tags":5}`],
    ['a line where it is escaped', `{"event":"start","params":{"password":"hunter2\\"hunter2\\u00e9"},"tags":5}`],
    [
      'a line where it stands at the end of the excerpt',
      `{"event":"start","x":"${'y'.repeat(150)}","tags":5,"params":{"password":"${'hunter2'.repeat(20)}"}}`,
    ],
  ])('in the excerpt of %s', async (_name, line) => {
    for (const text of [line, `${line}\n`, `${line}\n{"step":1}\n`]) {
      const { diagnostics } = await openRun(text);
      expect(diagnostics.length).toBeGreaterThan(0);
      expect(printPretty(diagnostics)).not.toContain('hunter2');
    }
  });

  test('in YAML and runs.jsonl', async () => {
    const store = await openLogs({
      'e/runs/x.yaml': `params:\n  password: ${secret}\n  lr: 0.1\n`,
      'e/runs.jsonl': lines({ id: 'y', params: { password: secret, lr: 0.2 } }),
    });
    expect(store.diagnostics.map(({ code, line }) => `${line} ${code}`)).toEqual([
      '1 secret',
      expect.stringMatching(/^[12] secret$/),
    ]);
    expect(exportRuns(store, 'jsonl', { nowMs: 0 })).not.toContain(secret);
    expect(store.runs.get('e/x')?.params.get('lr')).toBe(0.1);
  });
});
