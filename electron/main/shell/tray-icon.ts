/** Which of the drawn icons the tray shows. Pure. */
import type { GatewayState } from '../../contract.ts';

export type Mark = 'ok' | 'attention' | 'stopped';

/** @param waiting requests that wait for a decision */
export function markOf({ phase }: GatewayState, waiting: number): Mark {
  if (phase === 'failed' || phase === 'restarting' || phase === 'stopped') return 'stopped';
  return waiting > 0 ? 'attention' : 'ok';
}

/**
 * The file of `resources/icons/shipped`. macOS colours its own; elsewhere the icon must stand out from the panel.
 *
 * @param isDark whether the panel is; those of Linux desktops nearly always are
 */
export function trayIcon(mark: Mark, platform: NodeJS.Platform, isDark: boolean): string {
  if (platform === 'darwin') return `tray-${mark}-Template.png`;
  const tone = isDark || platform === 'linux' ? 'for-dark' : 'for-light';
  return `tray-${mark}-${tone}.${platform === 'win32' ? 'ico' : 'png'}`;
}
