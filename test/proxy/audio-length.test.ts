import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audioSeconds } from '../../gateway/proxy/dialects/audio-length.ts';
import { recording } from '../support/script-upstream.ts';

function ogg(samples: number, head = 'OpusHead'): Buffer {
  const page = (granule: number, body: Buffer) => {
    const bytes = Buffer.alloc(27 + body.length);
    bytes.write('OggS', 0, 'latin1');
    bytes.writeBigUInt64LE(BigInt(granule), 6);
    body.copy(bytes, 27);
    return bytes;
  };
  return Buffer.concat([page(0, Buffer.from(head, 'latin1')), page(samples, Buffer.alloc(500))]);
}

function mp4(seconds: number): Buffer {
  const bytes = Buffer.alloc(200);
  bytes.write('ftypM4A ', 4, 'latin1');
  bytes.write('mvhd', 60, 'latin1');
  bytes.writeUInt32BE(44_100, 76);
  bytes.writeUInt32BE(44_100 * seconds, 80);
  return bytes;
}

/** MPEG-1 layer III at 128 kbit/s behind an ID3 tag of ten bytes. */
function mp3(seconds: number): Buffer {
  const tag = Buffer.concat([Buffer.from('ID3\x04\x00\x00', 'latin1'), Buffer.from([0, 0, 0, 10]), Buffer.alloc(10)]);
  const sound = Buffer.alloc(16_000 * seconds);
  sound.set([0xff, 0xfb, 0x90, 0x00]);
  return Buffer.concat([tag, sound]);
}

test('the length of a recording is read from WAV, Ogg, MP4 and MP3', () => {
  assert.equal(audioSeconds(recording(10)), 10);
  assert.equal(audioSeconds(ogg(48_000 * 7)), 7);
  assert.equal(audioSeconds(mp4(12)), 12);
  assert.equal(audioSeconds(mp3(5)), 5);
});

test('what does not tell its length is measured as a voice, and nonsense harms nobody', () => {
  assert.equal(audioSeconds(Buffer.alloc(40_000)), 10);
  assert.equal(audioSeconds(Buffer.alloc(0)), 0);
  const samples = [recording(1), ogg(48_000), mp4(1), mp3(1)];
  for (const sample of samples) {
    for (let length = 0; length < Math.min(sample.length, 120); length++) {
      const seconds = audioSeconds(sample.subarray(0, length));
      assert.ok(Number.isFinite(seconds) && seconds >= 0, `${length}`);
    }
  }
});
