import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { icnsOf, icoOf, type Picture } from '../../resources/scripts/icon-files.ts';
import { root } from '../../resources/scripts/run.ts';

const ICONS = join(root, 'resources/icons');
const PNG_SIGNATURE = '89504e470d0a1a0a';

/** Width of a square PNG; fails for anything else. */
function pngSize(png: Buffer): number {
  assert.equal(png.toString('hex', 0, 8), PNG_SIGNATURE);
  const width = png.readUInt32BE(16);
  assert.equal(png.readUInt32BE(20), width, 'square');
  return width;
}

/** Sizes in an .ico, each with what its bytes say of themselves. */
function icoSizes(ico: Buffer): number[] {
  assert.deepEqual([ico.readUInt16LE(0), ico.readUInt16LE(2)], [0, 1]);
  return Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
    const at = 6 + 16 * index;
    const size = ico.readUInt8(at) || 256;
    const image = ico.subarray(ico.readUInt32LE(at + 12), ico.readUInt32LE(at + 12) + ico.readUInt32LE(at + 8));
    if (size === 256) assert.equal(pngSize(image), 256);
    else assert.deepEqual([image.readUInt32LE(0), image.readInt32LE(4), image.readInt32LE(8)], [40, size, size * 2]);
    return size;
  });
}

/** Type and size of each picture in an .icns. */
function icnsSizes(icns: Buffer): [type: string, size: number][] {
  assert.equal(icns.toString('latin1', 0, 4), 'icns');
  assert.equal(icns.readUInt32BE(4), icns.length);
  const found: [string, number][] = [];
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
    found.push([icns.toString('latin1', at, at + 4), pngSize(icns.subarray(at + 8, at + icns.readUInt32BE(at + 4)))]);
  }
  return found;
}

/** Distinct colours of a PNG's pixels, without alpha. Browsers write eight bits a channel, not interlaced. */
function colours(png: Buffer): Set<string> {
  const size = pngSize(png);
  const channels = { 2: 3, 6: 4 }[png.readUInt8(25)] ?? assert.fail('a colour type that browsers do not write');
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(parts));
  const row = size * channels;
  let above = Buffer.alloc(row);
  const found = new Set<string>();
  for (let y = 0; y < size; y++) {
    const filter = raw.readUInt8(y * (row + 1));
    const line = Buffer.from(raw.subarray(y * (row + 1) + 1, (y + 1) * (row + 1)));
    for (let x = 0; x < row; x++) {
      const left = x >= channels ? line.readUInt8(x - channels) : 0;
      const up = above.readUInt8(x);
      const corner = x >= channels ? above.readUInt8(x - channels) : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? assert.fail('filter');
      line.writeUInt8((line.readUInt8(x) + predicted) & 255, x);
    }
    for (let x = 0; x < row; x += channels) {
      if (channels === 3 || line.readUInt8(x + 3) > 0) found.add(line.toString('hex', x, x + 3));
    }
    above = line;
  }
  return found;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [byLeft, byUp, byCorner] = [left, up, corner].map((value) => Math.abs(guess - value)) as [
    number,
    number,
    number,
  ];
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}

describe('the icons', () => {
  test('of installers come in every size that their system asks for', () => {
    for (const name of ['icon', 'document']) {
      assert.deepEqual(icoSizes(readFileSync(join(ICONS, `app/${name}.ico`))), [16, 24, 32, 48, 64, 128, 256]);
      assert.deepEqual(icnsSizes(readFileSync(join(ICONS, `app/${name}.icns`))), [
        ['icp4', 16],
        ['icp5', 32],
        ['ic11', 32],
        ['ic12', 64],
        ['ic07', 128],
        ['ic08', 256],
        ['ic13', 256],
        ['ic09', 512],
        ['ic14', 512],
        ['ic10', 1024],
      ]);
    }
    const linux = globSync('app/linux/*.png', { cwd: ICONS });
    assert.ok(linux.length >= 8);
    for (const file of linux) {
      const size = pngSize(readFileSync(join(ICONS, file)));
      assert.equal(basename(file), `${size}x${size}.png`);
    }
  });

  test('of the tray come for each state, for light and dark bars and as templates, and for dense screens', () => {
    for (const state of ['ok', 'attention', 'stopped']) {
      for (const [tone, size] of [
        ['Template', 16],
        ['for-light', 24],
        ['for-dark', 24],
      ] as const) {
        assert.equal(pngSize(readFileSync(join(ICONS, `shipped/tray-${state}-${tone}.png`))), size);
        assert.equal(pngSize(readFileSync(join(ICONS, `shipped/tray-${state}-${tone}@2x.png`))), size * 2);
        if (tone === 'Template') continue;
        assert.deepEqual(
          icoSizes(readFileSync(join(ICONS, `shipped/tray-${state}-${tone}.ico`))),
          [16, 20, 24, 32, 40, 48],
        );
      }
    }
  });

  test('that are templates are black and nothing else, as macOS colours them itself', () => {
    for (const file of globSync('shipped/*Template*.png', { cwd: ICONS })) {
      assert.deepEqual([...colours(readFileSync(join(ICONS, file)))], ['000000'], file);
    }
    const coloured = colours(readFileSync(join(ICONS, 'shipped/tray-attention-for-dark@2x.png')));
    assert.ok(coloured.has('f5a524'), 'the dot is seen by this test');
  });

  test('are put into containers with the bytes of their pictures', () => {
    const rgba = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    const tiny: Picture = { size: 2, png: Buffer.from('png'), rgba };
    const ico = icoOf([tiny]);
    const pixels = ico.subarray(6 + 16 + 40, 6 + 16 + 40 + 16);
    assert.deepEqual(
      [...pixels],
      [11, 10, 9, 12, 15, 14, 13, 16, 3, 2, 1, 4, 7, 6, 5, 8],
      'blue first, from the bottom',
    );
    const icns = icnsOf([{ ...tiny, size: 128 }]);
    assert.equal(icns.toString('latin1', 8, 12), 'ic07');
    assert.equal(icns.toString('latin1', 16), 'png');
  });
});
