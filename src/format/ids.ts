/** Names that Windows keeps for devices, with or without an ending. */
const deviceName = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;
const idPart = /^[A-Za-z0-9._=+,-]+$/;

/** Most bytes of one part of an id. */
export const maxIdPartBytes = 100;

/** Says what keeps a name from being one part of an id, as the end of a sentence, or undefined when it may be one. */
export function findIdFault(part: string): string | undefined {
  if (part === '') return 'is empty';
  if (part === '.' || part === '..') return 'is a way through folders, not a name';
  if (!idPart.test(part)) return 'holds a character other than ASCII letters, digits and . _ - = + ,';
  if (part.length > maxIdPartBytes) return `is longer than ${maxIdPartBytes} bytes`;
  if (part.endsWith('.')) return 'ends with a dot';
  if (part.startsWith('.')) return 'starts with a dot';
  if (deviceName.test(part)) return 'is the name of a Windows device';
  return undefined;
}

/** Gives the nearest name that may be an id part: what to rename a file to. Some bytes are left for an ending such as `-2`. */
export function suggestIdPart(part: string, maxBytes = maxIdPartBytes - 4): string {
  const plain = part
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^A-Za-z0-9._=+,-]+/g, '-')
    .replace(/^[-._]+/, '')
    .replace(/[-.]+$/, '')
    .slice(0, maxBytes)
    .replace(/[-.]+$/, '');
  if (plain === '') return 'run';
  return deviceName.test(plain) ? `${plain.replace(/\./g, '-')}-run` : plain;
}
