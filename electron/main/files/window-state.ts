/** Where the window was, and whether it can be there again. No Electron in here. */
import { z } from 'zod';

const side = z.number().int().min(-100_000).max(100_000);
export const windowState = z.object({
  x: side,
  y: side,
  width: z.number().int().min(1).max(100_000),
  height: z.number().int().min(1).max(100_000),
  maximized: z.boolean(),
  /** Chromium's own measure: 0 is 100 %, each step a fifth more or less. */
  zoomLevel: z.number().min(-8).max(9),
});
export type WindowState = z.infer<typeof windowState>;

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const SMALLEST = { width: 640, height: 480 };
const USUAL = { width: 1280, height: 800 };
/** So much of the title bar must lie on a display, or nobody can take hold of the window. */
const GRIP = { width: 120, height: 32 };

/**
 * The bounds to open with: those of last time where a display still shows them, else centred on the main display.
 *
 * @param workAreas of all displays, the main one first
 */
export function placeWindow(saved: WindowState | null, workAreas: readonly Area[]): Partial<Area> & typeof USUAL {
  const [main] = workAreas;
  const home = saved && workAreas.find((area) => holdsGrip(area, saved));
  const room = home ?? main;
  const size = {
    width: clamp(saved?.width ?? USUAL.width, SMALLEST.width, room?.width),
    height: clamp(saved?.height ?? USUAL.height, SMALLEST.height, room?.height),
  };
  return saved && home ? { x: saved.x, y: saved.y, ...size } : size;
}

function holdsGrip(area: Area, { x, y, width }: Area): boolean {
  const across = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return across >= GRIP.width && y >= area.y - 1 && y + GRIP.height <= area.y + area.height;
}

function clamp(value: number, least: number, most = Number.POSITIVE_INFINITY): number {
  return Math.max(Math.min(value, most), Math.min(least, most));
}
