/** The dot at the task bar of Windows: something waits. Pure. */

const AMBER = { red: 217, green: 119, blue: 6 };
/** Each pixel is looked at so many times across and down, for a smooth edge. */
const LOOKS = 4;

/**
 * @param size pixels across and down
 * @returns premultiplied BGRA, as Electron's bitmaps are
 */
export function drawDot(size: number): Buffer {
  const pixels = Buffer.alloc(size * size * 4);
  const radius = size * 0.44;
  for (let pixel = 0; pixel < size * size; pixel += 1) {
    let hits = 0;
    for (let look = 0; look < LOOKS * LOOKS; look += 1) {
      const x = (pixel % size) + ((look % LOOKS) + 0.5) / LOOKS - size / 2;
      const y = Math.floor(pixel / size) + (Math.floor(look / LOOKS) + 0.5) / LOOKS - size / 2;
      if (Math.hypot(x, y) <= radius) hits += 1;
    }
    const share = hits / (LOOKS * LOOKS);
    pixels.set([AMBER.blue * share, AMBER.green * share, AMBER.red * share, 255 * share].map(Math.round), pixel * 4);
  }
  return pixels;
}
