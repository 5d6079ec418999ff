/**
 * Stands in for Electron where its binary is not: keeps what the app asked for, in order, and lets a test act as window,
 * page and system. Loaded in place of the package by `hooks.ts`, in a process of its own.
 */
import { EventEmitter } from 'node:events';

type Listener = (...args: unknown[]) => unknown;

/** What the app did, in order, as `object.method`. */
const calls: string[] = [];
const note = (call: string) => void calls.push(call);

class App extends EventEmitter {
  readonly isPackaged = false;
  getVersion(): string {
    return '0.0.0';
  }
  setPath(name: string): void {
    note(`app.setPath ${name}`);
  }
  requestSingleInstanceLock(): boolean {
    note('app.requestSingleInstanceLock');
    return !process.env.SECOND_INSTANCE;
  }
  enableSandbox(): void {
    note('app.enableSandbox');
  }
  async whenReady(): Promise<void> {
    note('app.whenReady');
  }
  quit(): void {
    this.emit('before-quit', { preventDefault: () => note('before-quit prevented') });
  }
  exit(): void {
    note('app.exit');
    process.send?.({ exited: calls }, () => process.exit());
  }
}

const handlers = new Map<string, (request: Request) => Promise<Response>>();
const channels = new Map<string, Listener>();
const contents = Object.assign(new EventEmitter(), {
  id: 7,
  getURL: () => 'app://console/admin/',
  isDestroyed: () => false,
  setWindowOpenHandler: (handler: (details: { url: string }) => { action: string }) => {
    note(`window.open ${handler({ url: 'https://example.com/' }).action}`);
  },
});

export const app = new App();
export const powerMonitor = new EventEmitter();
export const nativeTheme = { shouldUseDarkColors: false };
export const session = {
  defaultSession: {
    setPermissionRequestHandler(handler: Listener) {
      handler({}, 'media', (granted: boolean) => note(`permission ${granted}`));
    },
    setPermissionCheckHandler: (handler: Listener) => note(`permission check ${handler(null, 'media')}`),
    setDevicePermissionHandler: (handler: Listener) => note(`device ${handler()}`),
  },
};
export const protocol = {
  registerSchemesAsPrivileged: (schemes: { scheme: string; privileges: Record<string, boolean> }[]) => {
    note(`protocol.registerSchemesAsPrivileged ${schemes.map(({ scheme }) => scheme)}`);
    if (schemes.some(({ privileges }) => privileges.bypassCSP)) note('bypassCSP');
  },
  handle(scheme: string, handler: (request: Request) => Promise<Response>) {
    note(`protocol.handle ${scheme}`);
    handlers.set(scheme, handler);
  },
};
export const shell = { openExternal: async (address: string) => note(`openExternal ${address}`) };
export const ipcMain = { handle: (channel: string, listener: Listener) => channels.set(channel, listener) };
export const safeStorage = {
  getSelectedStorageBackend: () => 'gnome_libsecret',
  isAsyncEncryptionAvailable: async () => true,
  encryptStringAsync: async (text: string) => Buffer.from(text).reverse(),
  decryptStringAsync: async (bytes: Buffer) => ({
    result: Buffer.from(bytes).reverse().toString(),
    shouldReEncrypt: false,
  }),
};

export class BrowserWindow extends EventEmitter {
  readonly webContents = contents;
  constructor(options: { webPreferences: Record<string, unknown> }) {
    super();
    const { sandbox, contextIsolation, nodeIntegration, webviewTag } = options.webPreferences;
    note(`window ${JSON.stringify({ sandbox, contextIsolation, nodeIntegration, webviewTag })}`);
    app.emit('web-contents-created', {}, contents);
  }
  async loadURL(url: string): Promise<void> {
    note(`loadURL ${url}`);
  }
  isMinimized(): boolean {
    return false;
  }
  show(): void {
    note('window.show');
  }
  focus(): void {
    note('window.focus');
  }
}

export interface Question {
  id: number;
  /** A request of the page. */
  url?: string;
  /** A call over a channel, by a frame at this address. */
  ask?: { channel: string; frame: string; input?: unknown };
  /** Where a page tries to go. */
  navigate?: string;
  quit?: boolean;
}

process.on('message', (question: Question) => {
  answer(question).then(
    (value) => process.send?.({ id: question.id, value }),
    (error: Error) => process.send?.({ id: question.id, value: { rejected: error.message } }),
  );
});

async function answer({ url, ask, navigate, quit }: Question): Promise<unknown> {
  if (url) {
    const response = await handlers.get('app')?.(new Request(url));
    return { status: response?.status, body: await response?.text() };
  }
  if (ask) {
    const sender = { senderFrame: { url: ask.frame, parent: null }, sender: contents };
    return channels.get(ask.channel)?.(sender, ask.input);
  }
  if (navigate) {
    let prevented = false;
    contents.emit('will-navigate', { url: navigate, preventDefault: () => (prevented = true) });
    return { prevented };
  }
  if (quit) app.quit();
  return { calls };
}
