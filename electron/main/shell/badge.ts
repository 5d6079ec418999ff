/** How many requests wait, at the app's icon. */
import { app, type BrowserWindow, nativeImage } from 'electron';
import { drawDot } from './drawing.ts';

const SIZE = 16;

/** @param description for screen readers, where a dot stands for the number */
export function showBadge(waiting: number, window: BrowserWindow | null, description: string): void {
  if (process.platform !== 'win32') {
    app.setBadgeCount(waiting);
    return;
  }
  const dot = waiting > 0 ? nativeImage.createFromBitmap(drawDot(SIZE), { width: SIZE, height: SIZE }) : null;
  window?.setOverlayIcon(dot, waiting > 0 ? description : '');
}
