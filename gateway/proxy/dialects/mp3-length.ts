/** Pure: how long an MP3 is, frame by frame: each has a bit rate of its own, and the first may say anything. */

/** Of MPEG-1 and MPEG-2 layer III, in kbit/s; https://www.rfc-editor.org/rfc/rfc3003 and ISO 11172-3. */
const MPEG_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const MPEG_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/** In Hz, by the version's bits: 2.5, none, 2, 1. */
const RATES = [[11_025, 12_000, 8_000], [], [22_050, 24_000, 16_000], [44_100, 48_000, 32_000]];
/** What is longer is taken to go on at the lowest bit rate so far: a few milliseconds are enough for a guess. */
const MOST_STEPS = 50_000;

interface Frame {
  readonly bytes: number;
  readonly kilobits: number;
}

/** Seconds; null where no frame is at the front. */
export function mp3Seconds(bytes: Buffer): number | null {
  const isTagged = bytes.toString('latin1', 0, 3) === 'ID3' && bytes.length > 10;
  let at = isTagged ? 10 + syncSafe(bytes, 6) : 0;
  let frame = frameAt(bytes, at);
  if (!frame) return null;
  let seconds = 0;
  let lowest = frame.kilobits;
  for (let step = 0; step < MOST_STEPS && at < bytes.length; step++) {
    const found = frameAt(bytes, at);
    if (found) {
      frame = found;
      lowest = Math.min(lowest, frame.kilobits);
    }
    const next = found ? at + found.bytes : bytes.indexOf(0xff, at + 1);
    const end = next === -1 || next > bytes.length ? bytes.length : next;
    seconds += secondsOf(end - at, frame.kilobits);
    at = end;
  }
  return seconds + secondsOf(bytes.length - at, lowest);
}

function frameAt(bytes: Buffer, at: number): Frame | null {
  const [first = 0, second = 0, third = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  if (first !== 0xff || (second & 0xe6) !== 0xe2) return null;
  const version = (second & 0x18) >> 3;
  const isFirst = version === 3;
  const kilobits = (isFirst ? MPEG_1 : MPEG_2)[third >> 4] ?? 0;
  const rate = RATES[version]?.[(third & 0x0c) >> 2] ?? 0;
  if (kilobits === 0 || rate === 0) return null;
  const length = Math.floor(((isFirst ? 144 : 72) * kilobits * 1_000) / rate) + ((third & 0x02) >> 1);
  return { bytes: length, kilobits };
}

function secondsOf(bytes: number, kilobits: number): number {
  return (bytes * 8) / (kilobits * 1_000);
}

function syncSafe(bytes: Buffer, at: number): number {
  return [0, 1, 2, 3].reduce((value, offset) => value * 128 + ((bytes[at + offset] ?? 0) & 0x7f), 0);
}
