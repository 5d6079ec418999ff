import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audioSeconds, heardSeconds } from '../../gateway/proxy/dialects/audio-length.ts';
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

/** A WAV of one minute at 16,000 samples a second, two bytes each. */
function wav(format = 1): Buffer {
  const bytes = Buffer.alloc(44 + 60 * 32_000);
  bytes.write('RIFF', 0, 'latin1');
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt16LE(format, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(16_000, 24);
  bytes.writeUInt32LE(32_000, 28);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  return bytes;
}

/** One frame of MPEG-2.5 layer III at 8 kbit/s and 8,000 samples a second: 72 ms. */
function quietFrame(): Buffer {
  const frame = Buffer.alloc(72);
  frame.set([0xff, 0xe3, 0x18, 0x00]);
  return frame;
}

test('a header that no decoder reads shortens no recording', () => {
  const honest = wav();
  assert.equal(audioSeconds(honest), 60);
  const claimed = wav();
  claimed.writeUInt32LE(0xffffffff, 28);
  assert.equal(audioSeconds(claimed), 60, 'bare samples are as long as they are');
  const packed = wav(0x31);
  packed.writeUInt32LE(0xffffffff, 28);
  assert.ok(audioSeconds(packed) >= 60, 'packed ones are at most as dense as a voice');
  for (const format of [3, 0xfffe]) assert.equal(audioSeconds(wav(format)), 60);
});

test('each frame of an MP3 counts by its own bit rate, with whatever lies between them', () => {
  const loud = Buffer.alloc(1_044);
  loud.set([0xff, 0xfb, 0xe0, 0x00]);
  const quiet = Buffer.concat(Array.from({ length: 1_000 }, quietFrame));
  const seconds = audioSeconds(Buffer.concat([loud, quiet]));
  assert.ok(seconds >= 72 && seconds <= 72.2, `${seconds}`);
  const hidden = audioSeconds(Buffer.concat([loud, Buffer.alloc(5_000), quiet]));
  assert.ok(hidden >= 72 && hidden <= 72.4, `${hidden}`);
  const endless = audioSeconds(Buffer.concat([quietFrame(), Buffer.alloc(2_000_000, 0xff)]));
  assert.ok(endless >= 2_000, `${endless}: what is not looked at counts by the lowest rate`);
});

test('what was heard took as long as its last time says, else as long as it takes to say', () => {
  assert.equal(heardSeconds(''), 0);
  assert.equal(heardSeconds('   \n'), 0);
  assert.equal(heardSeconds('x'.repeat(400)), 10);
  assert.equal(heardSeconds('1\n00:00:01,000 --> 00:00:02,250\nhi\n\n2\n00:00:03,000 --> 00:01:04,500\nyou\n'), 64.5);
  assert.equal(heardSeconds('WEBVTT\n\n00:01.000 --> 00:02.000 align:start\nhi\n'), 2);
  assert.equal(heardSeconds('he said --> soon'), 0.4);
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
