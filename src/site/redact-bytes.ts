import { gunzipSync, gzipSync } from 'node:zlib';
import { redacted } from '../format/secrets.ts';

/** Puts `[redacted]` in the place of each secret, as plain text and as JSON writes it, and leaves every other byte. */
export function redactBytes(bytes: Buffer, secrets: ReadonlySet<string>): Buffer {
  let text = bytes.toString('latin1');
  for (const secret of secrets) {
    for (const spelling of [secret, JSON.stringify(secret).slice(1, -1), escapeNonAscii(secret)]) {
      text = text.replaceAll(Buffer.from(spelling, 'utf8').toString('latin1'), redacted);
    }
  }
  return Buffer.from(text, 'latin1');
}

/** The same for a compressed file. */
export function redactGzip(bytes: Buffer, secrets: ReadonlySet<string>): Buffer {
  return gzipSync(redactBytes(gunzipSync(bytes), secrets));
}

/** As Python's `json` writes text by default. */
function escapeNonAscii(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
