/** Pure: how long a recording is, read from its first and last bytes. */

const BYTES_PER_SECOND_OF_VOICE = 4_000;
const LAST_PAGE = 65_536;
const OPUS_RATE = 48_000;
/** Of MPEG-1 and MPEG-2 layer III, in kbit/s; https://www.rfc-editor.org/rfc/rfc3003 and ISO 11172-3. */
const MPEG_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const MPEG_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/** Seconds; for formats that do not tell, what a recording of a voice of this size usually has. */
export function audioSeconds(bytes: Buffer): number {
  const told = wav(bytes) ?? ogg(bytes) ?? mp4(bytes) ?? mp3(bytes);
  const seconds = told !== null && Number.isFinite(told) && told > 0 ? told : bytes.length / BYTES_PER_SECOND_OF_VOICE;
  return Math.ceil(seconds * 10) / 10;
}

function wav(bytes: Buffer): number | null {
  if (bytes.length < 44 || bytes.toString('latin1', 0, 4) !== 'RIFF') return null;
  const at = bytes.indexOf('fmt ');
  if (at === -1 || at + 20 > bytes.length) return null;
  const bytesPerSecond = bytes.readUInt32LE(at + 16);
  const samples = bytes.indexOf('data') + 8;
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

/** By the bit rate of the first frame, as if all had it. */
function mp3(bytes: Buffer): number | null {
  const tagged = bytes.toString('latin1', 0, 3) === 'ID3' && bytes.length > 10;
  const start = tagged ? 10 + syncSafe(bytes, 6) : 0;
  const [first = 0, second = 0, third = 0] = bytes.subarray(start, start + 3);
  if (first !== 0xff || (second & 0xe6) !== 0xe2) return null;
  const table = (second & 0x18) === 0x18 ? MPEG_1 : MPEG_2;
  const kilobits = table[third >> 4] ?? 0;
  return kilobits === 0 ? null : ((bytes.length - start) * 8) / (kilobits * 1_000);
}

function syncSafe(bytes: Buffer, at: number): number {
  return [0, 1, 2, 3].reduce((value, offset) => value * 128 + ((bytes[at + offset] ?? 0) & 0x7f), 0);
}
