/**
 * Pure: how long a recording is, told from what plays it, not from what only describes it: whoever sends it may write
 * what they like into a header that no decoder reads.
 */
import { mp3Seconds } from './mp3-length.ts';

const BYTES_PER_SECOND_OF_VOICE = 4_000;
const LAST_PAGE = 65_536;
const OPUS_RATE = 48_000;
/** Formats of WAV whose samples lie bare: integers, floats, and either of them behind a longer header. */
const BARE_SAMPLES = new Set([1, 3, 0xfffe]);
/** Nobody speaks faster, in whatever language. */
const CHARACTERS_PER_SECOND = 40;
const TIME_LINE = /-->\s*(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{3})/g;

/** Seconds; for formats that do not tell, what a recording of a voice of this size usually has. */
export function audioSeconds(bytes: Buffer): number {
  const told = wav(bytes) ?? ogg(bytes) ?? mp4(bytes) ?? mp3Seconds(bytes);
  const seconds = told !== null && Number.isFinite(told) && told > 0 ? told : bytes.length / BYTES_PER_SECOND_OF_VOICE;
  return Math.ceil(seconds * 10) / 10;
}

/** The least that was listened to, going by what was heard: the last time of subtitles, else how long it takes to say. */
export function heardSeconds(text: string): number {
  let last = 0;
  for (const [, hours = '0', minutes, seconds, thousandths] of text.matchAll(TIME_LINE)) {
    const at = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds) + Number(thousandths) / 1_000;
    last = Math.max(last, at);
  }
  const least = last > 0 ? last : text.trim().length / CHARACTERS_PER_SECOND;
  return Math.ceil(least * 10) / 10;
}

function wav(bytes: Buffer): number | null {
  if (bytes.length < 44 || bytes.toString('latin1', 0, 4) !== 'RIFF') return null;
  const at = bytes.indexOf('fmt ');
  if (at === -1 || at + 24 > bytes.length) return null;
  const samples = bytes.indexOf('data') + 8;
  const [channels, rate, bits] = [
    bytes.readUInt16LE(at + 10),
    bytes.readUInt32LE(at + 12),
    bytes.readUInt16LE(at + 22),
  ];
  const bytesPerSecond = BARE_SAMPLES.has(bytes.readUInt16LE(at + 8))
    ? (channels * rate * bits) / 8
    : Math.min(bytes.readUInt32LE(at + 16), BYTES_PER_SECOND_OF_VOICE);
  return bytesPerSecond === 0 || samples < 8 ? null : (bytes.length - samples) / bytesPerSecond;
}

/** The last page says at which sample it ends. */
function ogg(bytes: Buffer): number | null {
  if (bytes.toString('latin1', 0, 4) !== 'OggS') return null;
  const at = bytes.lastIndexOf('OggS');
  if (at === -1 || at + 14 > bytes.length || at < bytes.length - LAST_PAGE) return null;
  const vorbis = bytes.subarray(0, 200).indexOf('vorbis');
  const rate = vorbis === -1 ? OPUS_RATE : bytes.readUInt32LE(vorbis + 11);
  return Number(bytes.readBigUInt64LE(at + 6)) / rate;
}

function mp4(bytes: Buffer): number | null {
  if (bytes.toString('latin1', 4, 8) !== 'ftyp') return null;
  const at = bytes.indexOf('mvhd');
  if (at === -1 || at + 36 > bytes.length) return null;
  if (bytes[at + 4] === 1) return Number(bytes.readBigUInt64BE(at + 28)) / bytes.readUInt32BE(at + 24);
  return bytes.readUInt32BE(at + 20) / bytes.readUInt32BE(at + 16);
}
