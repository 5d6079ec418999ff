/** The one window of the console. */
import { BrowserWindow, screen as displays, nativeTheme } from 'electron';
import type { Events } from '../contract.ts';
import type { JsonFile } from './files/json-file.ts';
import { placeWindow, SMALLEST, type WindowState } from './files/window-state.ts';
import { tell } from './ipc.ts';
import { CONSOLE_URL } from './pages.ts';
import type { Closing } from './shell/closing.ts';

export interface ConsoleWindow {
  /** Opens the window, or brings the open one to the front. @param screen of the console, such as `/requests` */
  show(screen?: string): void;
  hide(): void;
  /** Whether the id is that of the window's contents. */
  owns(webContentsId: number): boolean;
  /** The page says that it hears from now on. */
  pageIsReady(): void;
  tell<E extends keyof Events>(event: E, told: Events[E]): void;
  zoom(by: 1 | -1 | 0): void;
  /** Null while there is none. */
  current(): BrowserWindow | null;
}

export interface WindowParts {
  /** Path of the built preload script. */
  readonly preload: string;
  readonly file: JsonFile<WindowState | null>;
  /** What a close of the window means now. */
  onClose(): Closing;
  /** A person has to say. */
  ask(window: BrowserWindow): void;
  quit(): void;
  /** The window has left the screen, the app goes on. */
  onHidden(): void;
  /** Windows is about to end the session. */
  onSessionEnd(): void;
}

const SAVE_AFTER_MS = 500;
const RELOAD_AFTER_MS = 1_000;

export function createConsoleWindow(parts: WindowParts): ConsoleWindow {
  let window: BrowserWindow | null = null;
  let isReady = false;
  let zoomLevel = 0;

  const open = (screen: string): BrowserWindow => {
    const saved = parts.file.read();
    const main = displays.getPrimaryDisplay();
    const all = [main, ...displays.getAllDisplays().filter(({ id }) => id !== main.id)];
    zoomLevel = saved?.zoomLevel ?? 0;
    const opened = new BrowserWindow({
      ...placeWindow(
        saved,
        all.map(({ workArea }) => workArea),
      ),
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      title: 'IA Solaris',
      show: false,
      backgroundColor: background(),
      webPreferences: {
        preload: parts.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
      },
    });
    if (saved?.maximized) opened.maximize();
    keepState(opened);
    opened.once('ready-to-show', () => opened.show());
    opened.on('close', (event) => onClose(opened, event));
    opened.once('closed', () => {
      window = null;
    });
    opened.on('query-session-end', (event) => {
      event.preventDefault();
      parts.onSessionEnd();
    });
    const { webContents } = opened;
    webContents.on('did-start-loading', () => {
      isReady = false;
    });
    webContents.on('did-finish-load', () => webContents.setZoomLevel(zoomLevel));
    // A page that crashed comes back by itself; what was typed is lost, what was saved is not.
    webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') setTimeout(() => window === opened && opened.reload(), RELOAD_AFTER_MS);
    });
    isReady = false;
    void opened.loadURL(addressOf(screen));
    return opened;
  };

  const onClose = (closing: BrowserWindow, event: { preventDefault(): void }) => {
    save(closing);
    const meaning = parts.onClose();
    if (meaning === 'quit') return;
    event.preventDefault();
    if (meaning === 'ask') return parts.ask(closing);
    closing.hide();
    parts.onHidden();
  };

  const save = (kept: BrowserWindow) => {
    if (kept.isDestroyed()) return;
    parts.file.write({ ...kept.getNormalBounds(), maximized: kept.isMaximized(), zoomLevel });
  };

  const keepState = (kept: BrowserWindow) => {
    let timer: NodeJS.Timeout | undefined;
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(() => save(kept), SAVE_AFTER_MS);
    };
    kept.on('resize', later);
    kept.on('move', later);
    kept.once('closed', () => clearTimeout(timer));
    const recolour = () => kept.setBackgroundColor(background());
    nativeTheme.on('updated', recolour);
    kept.once('closed', () => nativeTheme.off('updated', recolour));
  };

  return {
    show(screen) {
      if (!window) {
        window = open(screen ?? '/');
        return;
      }
      if (screen !== undefined) {
        // A page that does not hear yet is asked for the screen at its address.
        if (isReady) tell(window.webContents, 'navigate', screen);
        else void window.loadURL(addressOf(screen));
      }
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    hide() {
      if (!window) return;
      save(window);
      window.hide();
    },
    owns: (webContentsId) => window?.webContents.id === webContentsId,
    pageIsReady() {
      isReady = true;
    },
    tell(event, told) {
      if (window && isReady) tell(window.webContents, event, told);
    },
    zoom(by) {
      if (!window) return;
      zoomLevel = by === 0 ? 0 : Math.max(-3, Math.min(5, zoomLevel + by * 0.5));
      window.webContents.setZoomLevel(zoomLevel);
      save(window);
    },
    current: () => window,
  };
}

function addressOf(screen: string): string {
  return new URL(screen.replace(/^\//, ''), CONSOLE_URL).href;
}

function background(): string {
  return nativeTheme.shouldUseDarkColors ? '#0f151c' : '#f4f6f8';
}
