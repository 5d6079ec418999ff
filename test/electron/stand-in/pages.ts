/** Windows, their contents, the app's own scheme, and the channels between page and main process. */
import { EventEmitter } from 'node:events';
import type Electron from 'electron';
import { app } from './app.ts';
import { note, report } from './record.ts';

type Bare<T> = Partial<Omit<T, keyof EventEmitter>>;
export type PageHandler = (request: Request) => Response | Promise<Response>;

export const handlers = new Map<string, PageHandler>();
export const channels = new Map<string, (event: Electron.IpcMainInvokeEvent, input: unknown) => unknown>();
export const windows: Window[] = [];

let nextId = 7;

class Contents extends EventEmitter implements Bare<Electron.WebContents> {
  readonly id = nextId++;
  url = '';
  zoomLevel = 0;
  openHandler: ((details: Electron.HandlerDetails) => Electron.WindowOpenHandlerResponse) | null = null;
  getURL() {
    return this.url;
  }
  isDestroyed() {
    return false;
  }
  setZoomLevel(level: number) {
    this.zoomLevel = level;
  }
  send(channel: string, ...args: unknown[]) {
    report({ told: { channel, args } });
  }
  setWindowOpenHandler(handler: NonNullable<Contents['openHandler']>) {
    this.openHandler = handler;
    const { action } = handler({ url: 'https://example.com/' } as Electron.HandlerDetails);
    note(`window.open ${action}`);
  }
}

class Window extends EventEmitter implements Bare<Omit<Electron.BrowserWindow, 'webContents'>> {
  readonly webContents = new Contents();
  visible = false;
  destroyed = false;
  bounds: Electron.Rectangle;

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super();
    const { sandbox, contextIsolation, nodeIntegration, webviewTag } = options.webPreferences ?? {};
    note(`window ${JSON.stringify({ sandbox, contextIsolation, nodeIntegration, webviewTag })}`);
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.bounds = { x, y, width, height };
    windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(url: string) {
    note(`loadURL ${url}`);
    this.webContents.url = url;
    this.webContents.emit('did-start-loading');
    await handlers.get('app')?.(new Request(url));
    this.webContents.emit('did-finish-load');
    this.emit('ready-to-show');
  }
  reload() {
    void this.loadURL(this.webContents.url);
  }
  show() {
    if (!this.visible) report({ shown: performance.now() });
    this.visible = true;
  }
  hide() {
    this.visible = false;
  }
  close() {
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    if (prevented) return;
    this.destroyed = true;
    this.emit('closed');
    app.emit('window-all-closed');
  }
  focus() {
    note('window.focus');
  }
  restore() {}
  maximize() {}
  isVisible() {
    return this.visible;
  }
  isMinimized() {
    return false;
  }
  isMaximized() {
    return false;
  }
  isDestroyed() {
    return this.destroyed;
  }
  isFocused() {
    return process.env.STAND_IN_FOCUSED === 'yes';
  }
  getNormalBounds() {
    return this.bounds;
  }
  setBackgroundColor() {}
  setOverlayIcon() {}
}

export const BrowserWindow = Window;

export const session = {
  defaultSession: {
    setPermissionRequestHandler(handler) {
      handler?.({} as Electron.WebContents, 'media', (granted) => note(`permission ${granted}`), {
        requestingUrl: '',
        isMainFrame: true,
      });
    },
    setPermissionCheckHandler(handler) {
      note(`permission check ${handler?.(null, 'media', '', { isMainFrame: true })}`);
    },
    setDevicePermissionHandler: (handler) =>
      note(`device ${handler?.({ deviceType: 'usb', origin: '', device: {} as Electron.USBDevice })}`),
  } satisfies Bare<Electron.Session> as Partial<Electron.Session>,
};

export const protocol = {
  registerSchemesAsPrivileged(schemes) {
    note(`protocol.registerSchemesAsPrivileged ${schemes.map(({ scheme }) => scheme)}`);
    if (schemes.some(({ privileges }) => privileges?.bypassCSP)) note('bypassCSP');
  },
  handle(scheme, handler) {
    note(`protocol.handle ${scheme}`);
    handlers.set(scheme, handler as PageHandler);
  },
} satisfies Bare<Electron.Protocol>;

export const ipcMain = {
  handle: (channel, listener) => void channels.set(channel, listener),
} satisfies Bare<Electron.IpcMain>;
