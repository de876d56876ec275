import type { JsonObject, JsonValue } from '../../format/scalars.ts';
import { isSecretParam, redacted, redactText } from '../../format/secrets.ts';
import { asText, cut, isObject } from './json-fields.ts';
import { placeOfKey, type RecordPlace, type RunContext } from './run-context.ts';

/** Lets text from a log through with its secrets cut out, and reports each by its place, never by its value. */
export class SecretGuard {
  #context: RunContext;

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** A param's value as it may be shown. */
  param(key: string, value: JsonValue, place: RecordPlace): JsonValue {
    if (this.#context.allowedSecrets.has(key)) return value;
    if (isSecretParam(key, value)) {
      this.#report(place, `The param "${cut(key)}" looks like a secret by its name.`, key, String(value));
      return redacted;
    }
    if (typeof value === 'string') {
      const { text, secrets } = redactText(value);
      this.#reportAll(place, `The param "${cut(key)}" holds what looks like a key or a password.`, key, secrets);
      return text;
    }
    if (Array.isArray(value)) return value.map((item) => this.param(key, item, place));
    return isObject(value) ? this.object(value, place) : value;
  }

  /** A text as it may be shown. */
  text(text: string, place: RecordPlace): string {
    const { text: safe, secrets } = redactText(text);
    this.#reportAll(place, 'The text holds what looks like a key or a password.', 'text', secrets);
    return safe;
  }

  /** A text field as it may be shown, or undefined where there is none. */
  maybeText(value: JsonValue | undefined, place: RecordPlace): string | undefined {
    const text = asText(value);
    return text === undefined ? undefined : this.text(text, place);
  }

  /** An object's texts as they may be shown, to a depth of `depth`. */
  object(object: JsonObject, place: RecordPlace, depth = 8): JsonObject {
    const safe: JsonObject = Object.create(null) as JsonObject;
    for (const key of Object.keys(object)) {
      const value = object[key] as JsonValue;
      if (isObject(value)) safe[key] = depth > 0 ? this.object(value, place, depth - 1) : {};
      else safe[key] = this.param(key, value, place);
    }
    return safe;
  }

  #reportAll(place: RecordPlace, message: string, key: string, secrets: readonly string[]): void {
    for (const secret of new Set(secrets)) this.#report(place, message, key, secret);
  }

  #report(place: RecordPlace, message: string, key: string, secret: string): void {
    this.#context.onSecret(place.file, secret);
    const path = key.split('.');
    this.#context.diagnostics.add({
      code: 'secret',
      file: place.file,
      ...placeOfKey(place, path.at(-1), place.text === undefined ? ['params', ...path.slice(0, -1)] : []),
      message: `${message} It is set aside and never published.`,
      fold: key,
    });
  }
}
