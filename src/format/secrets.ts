import type { JsonValue } from './scalars.ts';

/** What stands in a secret's place everywhere it would have been shown. */
export const redacted = '[redacted]';

/** Names whose last word says that the value is a secret. Words that merely hold one (`tokenizer`, `max_tokens`) are not among them. */
const secretName =
  /(?:^|[._\-/])(?:(?:api|access|secret|private|auth|encryption|signing|aws|wandb|hf|hub|github|gitlab|openai)[_-]?(?:key|token|secret)(?:[_-]?id)?|secret|client[_-]?secret|passw(?:or)?d|passphrase|credentials?|bearer|(?:auth|access|refresh|session|id|bot|hub|hf)[_-]?token|token|apikey)$/i;

/** Names under which a number of six digits or more is a secret too. */
const numericSecretName =
  /(?:^|[._\-/])(?:passw(?:or)?d|passphrase|pin|secret|api[_-]?key|(?:auth|access)[_-]?token)$/i;

/** Names that look like secrets and are settings of a tokenizer or a model. */
const harmlessName =
  /(?:pad|eos|bos|unk|sep|cls|mask|special|num|max|min|n|image|start|end|stop|class|new|per|query|prompt)[_-]?(?:token|key|secret)s?$/i;

/** Shapes that published key formats have: each pattern is linear in the length of the text. */
const secretShapes: readonly RegExp[] = [
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bASIA[0-9A-Z]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{22,255}\b/g,
  /\bglpat-[A-Za-z0-9_-]{20,}/g,
  /\bhf_[A-Za-z0-9]{30,}\b/g,
  /\bsk-(?:proj-|ant-|live-)?[A-Za-z0-9_-]{24,}/g,
  /\b[rs]k_live_[A-Za-z0-9]{20,}\b/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\bAIza[0-9A-Za-z_-]{35}\b/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\bpypi-[A-Za-z0-9_-]{50,}/g,
  /\beyJ[A-Za-z0-9_-]{10,1000}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,}/g,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/g,
];
const addressCredentials = /([a-z][a-z0-9+.-]{0,20}:\/\/)([^\s/:@]{1,200}:[^\s/@]{1,200})@/gi;
const commandSecret = /(--?(?:api[_-]?key|token|password|passwd|secret|access[_-]?token)[= ])(\S{6,})/gi;

/** Says whether a param's name tells that its value is a secret. The value must be a text that could be one. */
export function isSecretParam(key: string, value: JsonValue): boolean {
  if (typeof value === 'number' || typeof value === 'bigint')
    return numericSecretName.test(key) && String(value).length >= 6;
  if (typeof value !== 'string' || value.length < 6 || value === redacted) return false;
  if (/^(?:none|null|true|false|env|\$\{?\w+\}?|<\w+>|\*+|x+)$/i.test(value)) return false;
  return secretName.test(key) && !harmlessName.test(key);
}

/** Replaces every secret inside a text. Gives the text that may be shown and the secrets that stood in it. */
export function redactText(text: string): { text: string; secrets: string[] } {
  const secrets: string[] = [];
  let result = text;
  for (const shape of secretShapes) {
    result = result.replace(shape, (secret) => {
      secrets.push(secret);
      return redacted;
    });
  }
  const keepHead = (_match: string, head: string, secret: string): string => {
    if (secret.includes(redacted)) return _match;
    secrets.push(secret);
    return `${head}${redacted}`;
  };
  result = result.replace(addressCredentials, (match, head: string, secret: string) => {
    const shown = keepHead(match, head, secret);
    return shown === match ? match : `${shown}@`;
  });
  result = result.replace(commandSecret, keepHead);
  return { text: result, secrets };
}

/** A quoted or bare key, a colon or an equals sign, and a quoted value, whole or torn: in any text that was to be a record. */
const keyAndValue =
  /(["']?)([\w.-]{1,100})\1(\s{0,4}[:=]\s{0,4})(?:"((?:[^"\\]|\\.){0,4000})|'((?:[^'\\]|\\.){0,4000})|(\d{6,}))/g;

/**
 * Replaces secrets in a line that could not be read as a record: what stands behind a secret's name, and every known shape.
 * Gives the secrets as they stand in the line.
 */
export function redactLine(line: string): { text: string; secrets: string[] } {
  const secrets: string[] = [];
  const named = line.replace(
    keyAndValue,
    (match, _quote: string, key: string, _colon: string, double?: string, single?: string, digits?: string) => {
      const value = double ?? single ?? digits ?? '';
      const isSecret = isSecretParam(key, digits === undefined ? value : Number(digits));
      if (!isSecret || value === '') return match;
      secrets.push(value);
      return `${match.slice(0, match.length - value.length)}${redacted}`;
    },
  );
  const shaped = redactText(named);
  return { text: shaped.text, secrets: [...secrets, ...shaped.secrets] };
}
