export { isSecretParam, redacted, redactLine, redactText } from '../format/secrets.ts';
