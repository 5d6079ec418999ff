/** `app` and what belongs to the system. Typed against Electron's own declarations: a wrong name does not compile. */
import { EventEmitter } from 'node:events';
import type Electron from 'electron';
import { calls, note, report } from './record.ts';

type Bare<T> = Partial<Omit<T, keyof EventEmitter>>;

const appMethods = {
  isPackaged: process.env.STAND_IN_PACKAGED === 'yes',
  dock: { hide: () => note('dock.hide') } as Electron.Dock,
  setPath: (name) => note(`app.setPath ${name}`),
  getAppPath: () => '/opt/ia-solaris',
  getVersion: () => '0.0.0-test',
  getPreferredSystemLanguages: () => [process.env.STAND_IN_LANGUAGE ?? 'en-GB'],
  requestSingleInstanceLock() {
    note('app.requestSingleInstanceLock');
    return !process.env.SECOND_INSTANCE;
  },
  enableSandbox: () => note('app.enableSandbox'),
  setAppUserModelId: (id) => note(`app.setAppUserModelId ${id}`),
  setAsDefaultProtocolClient(protocol) {
    note(`app.setAsDefaultProtocolClient ${protocol}`);
    return true;
  },
  setBadgeCount(count) {
    note(`badge ${count}`);
    return true;
  },
  setLoginItemSettings: ({ openAtLogin }) => note(`login ${openAtLogin}`),
  async whenReady() {
    note('app.whenReady');
  },
  quit() {
    app.emit('before-quit', { preventDefault: () => note('before-quit prevented') });
  },
  exit(code = 0) {
    note('app.exit');
    report({ exited: calls, code }, () => process.exit(code));
  },
} satisfies Bare<Electron.App>;

export const app = Object.assign(new EventEmitter(), appMethods);

export const powerMonitor = new EventEmitter();

export const powerSaveBlocker = {
  start(type) {
    note(`keep awake ${type}`);
    return 1;
  },
  stop(id) {
    note(`let sleep ${id}`);
    return true;
  },
} satisfies Bare<Electron.PowerSaveBlocker>;

export const nativeTheme = Object.assign(new EventEmitter(), {
  shouldUseDarkColors: false,
  shouldUseDarkColorsForSystemIntegratedUI: false,
  themeSource: 'system',
} satisfies Bare<Electron.NativeTheme>);

export const screen = {
  getPrimaryDisplay: () => display(1, { x: 0, y: 0, width: 1920, height: 1040 }),
  getAllDisplays: () => [display(1, { x: 0, y: 0, width: 1920, height: 1040 })],
} satisfies Bare<Electron.Screen>;

const display = (id: number, workArea: Electron.Rectangle) => ({ id, workArea }) as Electron.Display;

let text = '';
export const clipboard = {
  async writeText(written) {
    text = written;
  },
  readText: async () => text,
} satisfies Bare<Electron.Clipboard>;

export const shell = {
  openExternal: async (address) => note(`openExternal ${address}`),
  async openPath(path) {
    note(`openPath ${path}`);
    return '';
  },
} satisfies Bare<Electron.Shell>;

export const dialog = {
  showErrorBox: (title, content) => note(`error box ${title}: ${content}`),
  showMessageBox: (async (...args: unknown[]) => {
    const { message } = args.at(-1) as Electron.MessageBoxOptions;
    note(`message box ${message}`);
    return { response: Number(process.env.STAND_IN_ANSWER ?? 0), checkboxChecked: false };
  }) as Electron.Dialog['showMessageBox'],
  // `STAND_IN_OPEN` and `STAND_IN_SAVE` are the files that a person chooses.
  showOpenDialog: (async () => {
    const file = process.env.STAND_IN_OPEN;
    return { canceled: file === undefined, filePaths: file === undefined ? [] : [file] };
  }) as Electron.Dialog['showOpenDialog'],
  showSaveDialog: (async (...args: unknown[]) => {
    const { defaultPath } = args.at(-1) as Electron.SaveDialogOptions;
    note(`save dialog ${defaultPath}`);
    const filePath = process.env.STAND_IN_SAVE ?? '';
    return { canceled: filePath === '', filePath };
  }) as Electron.Dialog['showSaveDialog'],
} satisfies Bare<Electron.Dialog>;

/** A keychain that turns every text around. `STAND_IN_KEYCHAIN=basic_text` is Linux without one. */
export const safeStorage = {
  getSelectedStorageBackend: () => (process.env.STAND_IN_KEYCHAIN ?? 'gnome_libsecret') as 'gnome_libsecret',
  isAsyncEncryptionAvailable: async () => true,
  encryptStringAsync: async (plain) => Buffer.from(plain).reverse(),
  decryptStringAsync: async (bytes) => ({ result: Buffer.from(bytes).reverse().toString(), shouldReEncrypt: false }),
} satisfies Bare<Electron.SafeStorage>;

// Only Electron's own process has it.
process.getSystemVersion = () => '0.0';
