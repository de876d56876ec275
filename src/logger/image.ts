import { readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { maxFileBytes } from './limits.ts';
import { asArrayOfNumbers } from './plain-value.ts';
import { encodePng } from './png.ts';

/** Pixels in one array, row by row from the top, as `ImageData` of a canvas has them. */
export interface Pixels {
  width: number;
  height: number;
  data: ArrayLike<number>;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA; by default as many as the length of `data` tells. */
  channels?: number;
}

/**
 * A picture: a path or a `file:` URL, the bytes of a PNG, or pixels.
 *
 * Pixels are {@link Pixels}, nested lists, or a tensor of shape (height, width), or with 1, 3 or 4 channels last. Whole
 * numbers are 0 to 255. With a fraction among them, or in an array of floats, they are 0 to 1, and a greater one makes them
 * 0 to 255.
 */
export class Image {
  readonly #data: unknown;
  readonly caption: string | undefined;

  constructor(
    data: string | URL | Uint8Array | Pixels | readonly unknown[] | object,
    { caption }: { caption?: string } = {},
  ) {
    this.#data = data;
    this.caption = caption;
  }

  /** The file's ending and its bytes. Throws for what is no picture, or cannot be read. */
  content(): { ending: string; bytes: Buffer } {
    const data = this.#data;
    if (typeof data === 'string' || data instanceof URL) {
      const path = typeof data === 'string' ? data : fileURLToPath(data);
      if (statSync(path).size > maxFileBytes)
        throw new RangeError(`${path} is larger than ${maxFileBytes / 2 ** 20} MiB`);
      return { ending: extname(path).toLowerCase() || '.png', bytes: readFileSync(path) };
    }
    if (data instanceof Uint8Array) return { ending: '.png', bytes: Buffer.from(data) };
    const { width, height, channels, values, areFloats } = pixelsOf(data);
    return { ending: '.png', bytes: encodePng(width, height, channels, toBytes(values, areFloats)) };
  }
}

interface FlatPixels {
  width: number;
  height: number;
  channels: number;
  values: number[];
  areFloats: boolean;
}

function pixelsOf(data: unknown): FlatPixels {
  if (typeof data !== 'object' || data === null) throw new TypeError('a picture is a path, bytes or pixels');
  if (Array.isArray(data)) return pixelsOfRows(data);
  const { width, height, data: flat, channels } = data as Partial<Pixels>;
  if (typeof width === 'number' && typeof height === 'number' && typeof flat === 'object') {
    return { width, height, channels: channels ?? flat.length / (width * height), ...numbersOf(flat) };
  }
  const array = asArrayOfNumbers(data);
  const [rows, columns, depth = 1, ...more] = array?.shape ?? [];
  if (array === undefined || rows === undefined || columns === undefined || more.length > 0) {
    throw new RangeError('pixels have the shape (height, width) or (height, width, channels)');
  }
  return { width: columns, height: rows, channels: depth, ...numbersOf(array.values() as ArrayLike<number>) };
}

function pixelsOfRows(rows: readonly unknown[]): FlatPixels {
  const lists = rows.map((row) => Array.from(row as ArrayLike<unknown>));
  const first = lists[0]?.[0];
  if (first === undefined) throw new RangeError('a picture has at least one pixel');
  const channels = Array.isArray(first) ? first.length : 1;
  const values = lists.flat(2).map(Number);
  const areFloats = values.some((value) => !Number.isInteger(value));
  return { width: lists[0]?.length ?? 0, height: lists.length, channels, values, areFloats };
}

function numbersOf(flat: ArrayLike<number>): Pick<FlatPixels, 'values' | 'areFloats'> {
  const values = Array.from(flat, Number);
  const isFloatArray = flat instanceof Float32Array || flat instanceof Float64Array;
  return { values, areFloats: isFloatArray || values.some((value) => !Number.isInteger(value)) };
}

function toBytes(values: readonly number[], areFloats: boolean): Uint8Array {
  const scale = areFloats && !values.some((value) => value > 1) ? 255 : 1;
  const bytes = new Uint8Array(values.length);
  values.forEach((value, i) => {
    bytes[i] = Math.max(0, Math.min(255, Math.trunc(value * scale + (areFloats ? 0.5 : 0)) || 0));
  });
  return bytes;
}
