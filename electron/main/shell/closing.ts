/** What closing the window means. No Electron in here. */

export type Closing = 'hide' | 'ask' | 'quit';

export interface ClosingFacts {
  readonly platform: NodeJS.Platform;
  /** The preference. */
  readonly closeToTray: boolean;
  /** Whether a tray icon can be seen: on Linux, whether something shows such icons. */
  readonly trayIsVisible: boolean;
  readonly isQuitting: boolean;
}

/**
 * On macOS an app lives without windows, in the dock. Elsewhere it hides where the tray leads back to it; without a tray a
 * person decides, because quitting stops the metering and hiding leaves the launcher as the only way back.
 */
export function onClose({ platform, closeToTray, trayIsVisible, isQuitting }: ClosingFacts): Closing {
  if (isQuitting) return 'quit';
  if (platform === 'darwin') return 'hide';
  if (!closeToTray) return 'quit';
  return trayIsVisible ? 'hide' : 'ask';
}
