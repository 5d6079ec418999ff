/** The app's sign in small, drawn pixel by pixel for the tray: the arc of the sun and its needle. Pure. */

export type Mark = 'running' | 'waiting' | 'down';

interface Colour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

const AMBER: Colour = { red: 217, green: 119, blue: 6 };
const SLATE: Colour = { red: 100, green: 116, blue: 139 };
const RED: Colour = { red: 220, green: 38, blue: 38 };
const BLACK: Colour = { red: 0, green: 0, blue: 0 };
/** Of the drawing, as of `icon.svg`. */
const SIDE = 32;
/** Each pixel is looked at so many times across and down, for smooth edges. */
const LOOKS = 4;

/**
 * @param size pixels across and down
 * @param isTemplate in black only, for the menu bar of macOS, which colours it itself
 * @returns premultiplied BGRA, as Electron's bitmaps are
 */
export function drawSign(size: number, mark: Mark, isTemplate: boolean): Buffer {
  return paint(size, (x, y) => {
    const colour = signAt(x, y, mark);
    return colour && isTemplate ? BLACK : colour;
  });
}

/** A dot for the task bar of Windows: something waits. */
export function drawDot(size: number): Buffer {
  return paint(size, (x, y) => (Math.hypot(x - 16, y - 16) <= 14 ? AMBER : null));
}

function signAt(x: number, y: number, mark: Mark): Colour | null {
  // A dot at the upper right says what the words say too: something waits, or nothing runs.
  const fromDot = Math.hypot(x - 26, y - 7);
  if (mark !== 'running' && fromDot <= 5.5) return mark === 'down' ? RED : AMBER;
  if (mark !== 'running' && fromDot <= 7.5) return null;
  if (Math.hypot(x - 16, y - 22) <= 3) return SLATE;
  if (distanceToLine(x, y, { x: 16, y: 22 }, { x: 21.5, y: 13.5 }) <= 1.5) return SLATE;
  const fromCentre = Math.abs(Math.hypot(x - 16, y - 22) - 11);
  const isArc = y <= 22 && fromCentre <= 1.75;
  const isEnd = Math.min(Math.hypot(x - 5, y - 22), Math.hypot(x - 27, y - 22)) <= 1.75;
  return isArc || isEnd ? (mark === 'down' ? SLATE : AMBER) : null;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function distanceToLine(x: number, y: number, from: Point, to: Point): number {
  const along = ((x - from.x) * (to.x - from.x) + (y - from.y) * (to.y - from.y)) / distance2(from, to);
  const at = Math.max(0, Math.min(1, along));
  return Math.hypot(x - from.x - at * (to.x - from.x), y - from.y - at * (to.y - from.y));
}

const distance2 = (a: Point, b: Point) => (a.x - b.x) ** 2 + (a.y - b.y) ** 2;

function paint(size: number, colourAt: (x: number, y: number) => Colour | null): Buffer {
  const pixels = Buffer.alloc(size * size * 4);
  const scale = SIDE / (size * LOOKS);
  for (let pixel = 0; pixel < size * size; pixel += 1) {
    const sum = { red: 0, green: 0, blue: 0, hits: 0 };
    for (let look = 0; look < LOOKS * LOOKS; look += 1) {
      const x = ((pixel % size) * LOOKS + (look % LOOKS) + 0.5) * scale;
      const y = (Math.floor(pixel / size) * LOOKS + Math.floor(look / LOOKS) + 0.5) * scale;
      const colour = colourAt(x, y);
      if (!colour) continue;
      sum.red += colour.red;
      sum.green += colour.green;
      sum.blue += colour.blue;
      sum.hits += 1;
    }
    const all = LOOKS * LOOKS;
    pixels.set([sum.blue / all, sum.green / all, sum.red / all, (sum.hits * 255) / all].map(Math.round), pixel * 4);
  }
  return pixels;
}
