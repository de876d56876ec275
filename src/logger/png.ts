import { crc32, deflateSync } from 'node:zlib';

const colourTypes = new Map([
  [1, 0],
  [2, 4],
  [3, 2],
  [4, 6],
]);

/**
 * A PNG of 8-bit grey (1 channel), grey and alpha (2), RGB (3) or RGBA (4), rows from the top. Throws a `RangeError` where
 * the number of bytes is not width × height × channels. See https://www.w3.org/TR/png-3/.
 */
export function encodePng(width: number, height: number, channels: number, pixels: Uint8Array): Buffer {
  const colourType = colourTypes.get(channels);
  if (colourType === undefined || pixels.length !== width * height * channels || pixels.length === 0) {
    throw new RangeError(
      `${pixels.length} bytes are no picture of ${width} × ${height} pixels with ${channels} channels.`,
    );
  }
  const stride = width * channels;
  const rows = Buffer.alloc((stride + 1) * height); // A 0 before each row: no filter.
  for (let row = 0; row < height; row += 1) {
    rows.set(pixels.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  head[9] = colourType;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const result = Buffer.alloc(body.length + 8);
  result.writeUInt32BE(data.length, 0);
  body.copy(result, 4);
  result.writeUInt32BE(crc32(body), body.length + 4);
  return result;
}
