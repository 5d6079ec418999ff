/** The one window: the console. */
import { BrowserWindow, nativeTheme } from 'electron';
import type { Events } from '../contract.ts';
import { tell } from './ipc.ts';
import { CONSOLE_URL } from './pages.ts';

export interface ConsoleWindow {
  /** Opens the window, or brings the open one to the front. */
  show(): void;
  /** Whether the id is that of the window's contents. */
  owns(webContentsId: number): boolean;
  /** Tells the page something, if there is one. */
  tell<E extends keyof Events>(event: E, told: Events[E]): void;
}

/** @param preload path of the built preload script */
export function createConsoleWindow(preload: string): ConsoleWindow {
  let window: BrowserWindow | null = null;

  const open = (): BrowserWindow => {
    const opened = new BrowserWindow({
      width: 1280,
      height: 800,
      minWidth: 640,
      minHeight: 480,
      show: false,
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#0f151c' : '#f4f6f8',
      webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false },
    });
    opened.once('ready-to-show', () => opened.show());
    opened.once('closed', () => {
      window = null;
    });
    void opened.loadURL(CONSOLE_URL);
    return opened;
  };

  return {
    show() {
      if (!window) {
        window = open();
        return;
      }
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    owns: (webContentsId) => window?.webContents.id === webContentsId,
    tell(event, told) {
      if (window) tell(window.webContents, event, told);
    },
  };
}
