import { isSecretParam, redacted, redactText as redactShapes } from '../format/secrets.ts';
import type { Json, JsonMap } from './json-line.ts';

const keyBody = /(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[\s\S]{0,20000}?(-----END [A-Z ]{0,30}PRIVATE KEY-----)/g;
const addressUser = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]{1,400}@/gi;
const assignment = /([A-Za-z0-9_.-]{1,80})(["']?\s{0,8}[:=]\s{0,8})(["'])([^"'\n]{6,400})\3/g;

let environmentSecrets: string[] | undefined;

/** Values of environment variables whose names tell of a secret (`HF_TOKEN`, `WANDB_API_KEY`), longest first; read once. */
function secretsOfEnvironment(): string[] {
  if (environmentSecrets === undefined) {
    const found = new Set<string>();
    for (const [name, value = ''] of Object.entries(process.env)) {
      if (value.length >= 12 && !value.startsWith('/') && isSecretParam(name, value)) found.add(value);
    }
    environmentSecrets = [...found].sort((a, b) => b.length - a.length);
  }
  return environmentSecrets;
}

/**
 * The text with keys of published shapes, passwords in addresses and on command lines, and values of secret environment
 * variables replaced by `[redacted]`: the reader's rules, applied before anything is written.
 */
export function redactText(text: string): string {
  if (text.length < 6) return text;
  const whole = text.includes('PRIVATE KEY') ? text.replace(keyBody, redacted) : text;
  let result = redactShapes(whole).text;
  for (const secret of secretsOfEnvironment()) result = result.replaceAll(secret, redacted);
  return result;
}

/** Source code or a patch: also texts that are assigned to a name that tells of a secret. */
export function redactSource(text: string): string {
  return redactText(text).replace(assignment, (match, name: string, mark: string, quote: string, value: string) =>
    isSecretParam(name, value) ? `${name}${mark}${quote}${redacted}${quote}` : match,
  );
}

/** An address without the user and the password in it. */
export function withoutCredentials(address: string): string {
  return address.replace(addressUser, '$1');
}

/** A value with secrets replaced, by the names of its keys (joined with `.`) and by the shapes of its texts. */
export function redact(value: Json, path = ''): Json {
  if (typeof value === 'string') return isSecretParam(path, value) ? redacted : redactText(value);
  if (typeof value === 'number' || typeof value === 'bigint') {
    return isSecretParam(path, typeof value === 'bigint' ? String(value) : value) ? redacted : value;
  }
  if (Array.isArray(value)) return value.map((item) => redact(item, path));
  return value instanceof Map ? redactMap(value, path) : value;
}

/** {@link redact} for an object. */
export function redactMap(values: JsonMap, path = ''): JsonMap {
  const result: JsonMap = new Map();
  for (const [key, item] of values) result.set(key, redact(item, path === '' ? key : `${path}.${key}`));
  return result;
}
