/** Pure: pictures of several sizes in one file, as Windows (.ico) and macOS (.icns) want them. */

/** A square picture. */
export interface Picture {
  /** In pixels. */
  size: number;
  png: Buffer;
  /** Four bytes a pixel, rows from the top. */
  rgba: Buffer;
}

const ICO_HEADER_BYTES = 6;
const ICO_ENTRY_BYTES = 16;
const DIB_HEADER_BYTES = 40;
/** From here on Windows reads PNG; below, installers and resource editors want bitmaps. */
const PNG_FROM = 256;

/** What macOS calls each size; the same pixels serve a size and the half of it on a dense screen. */
const ICNS_TYPES: Record<number, readonly string[]> = {
  16: ['icp4'],
  32: ['icp5', 'ic11'],
  64: ['ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
};

/** @param pictures up to 256 pixels each */
export function icoOf(pictures: readonly Picture[]): Buffer {
  const images = pictures.map((picture) => (picture.size >= PNG_FROM ? picture.png : bitmapOf(picture)));
  const header = Buffer.alloc(ICO_HEADER_BYTES + ICO_ENTRY_BYTES * pictures.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(pictures.length, 4);
  let offset = header.length;
  pictures.forEach(({ size }, index) => {
    const at = ICO_HEADER_BYTES + ICO_ENTRY_BYTES * index;
    const bytes = images[index]?.length ?? 0;
    // 256 does not fit into a byte and is written as 0.
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(bytes, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += bytes;
  });
  return Buffer.concat([header, ...images]);
}

/** @param pictures of the sizes 16, 32, 64, 128, 256, 512 and 1024; others have no name in this format */
export function icnsOf(pictures: readonly Picture[]): Buffer {
  const parts = pictures.flatMap(({ size, png }) => (ICNS_TYPES[size] ?? []).map((type) => chunk(type, png)));
  return chunk('icns', Buffer.concat(parts));
}

function chunk(type: string, content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.write(type, 'latin1');
  header.writeUInt32BE(header.length + content.length, 4);
  return Buffer.concat([header, content]);
}

/** A device-independent bitmap: blue first, rows from the bottom, and a mask that alpha has replaced. */
function bitmapOf({ size, rgba }: Picture): Buffer {
  const header = Buffer.alloc(DIB_HEADER_BYTES);
  header.writeUInt32LE(DIB_HEADER_BYTES, 0);
  header.writeInt32LE(size, 4);
  // Colours and mask, one above the other.
  header.writeInt32LE(size * 2, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const colours = Buffer.alloc(size * size * 4);
  for (let row = 0; row < size; row++) {
    const from = rgba.subarray(row * size * 4, (row + 1) * size * 4);
    from.copy(colours, (size - 1 - row) * size * 4);
  }
  for (let at = 0; at < colours.length; at += 4) {
    const red = colours.readUInt8(at);
    colours.writeUInt8(colours.readUInt8(at + 2), at);
    colours.writeUInt8(red, at + 2);
  }
  // A bit for each pixel, rows padded to four bytes; nothing is masked.
  const mask = Buffer.alloc(Math.ceil(size / 32) * 4 * size);
  return Buffer.concat([header, colours, mask]);
}
