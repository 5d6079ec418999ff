/** Answers the test, which acts as page, person and system. */
import type Electron from 'electron';
import type { Page } from '../../../electron/contract.ts';
import { app, clipboard, powerMonitor } from './app.ts';
import { openBridge } from './bridge.ts';
import { channels, handlers, windows } from './pages.ts';
import { calls } from './record.ts';
import { menus, notifications } from './shell.ts';

export interface Question {
  id: number;
  /** A request of the page. */
  url?: string;
  /** A call over a channel, by a frame at this address. */
  ask?: { channel: string; frame: string; input?: unknown; isInner?: boolean };
  /** Where a page tries to go. */
  navigate?: string;
  /** An event of app, window or system, such as `second-instance`, with what follows the event itself. */
  event?: { of?: 'app' | 'window' | 'powerMonitor'; name: string; args: unknown[] };
  /** An item that a person chooses, by its label. */
  choose?: { menu: 'tray' | 'app'; label: string };
  /** A notification that a person clicks, by its title. */
  click?: string;
  closeWindow?: boolean;
  /** Serves a page's origin over HTTP, for a browser. */
  bridge?: Page;
  quit?: boolean;
}

process.on('message', (question: Question) => {
  answer(question).then(
    (value) => process.send?.({ id: question.id, value }),
    (error: Error) => process.send?.({ id: question.id, value: { rejected: error.message } }),
  );
});

async function answer(question: Question): Promise<unknown> {
  const { url, ask, navigate, event, choose, click } = question;
  const window = windows.at(-1);
  if (url) {
    const response = await handlers.get('app')?.(new Request(url));
    return { status: response?.status, body: await response?.text() };
  }
  if (ask) {
    const frame = { url: ask.frame, parent: ask.isInner ? {} : null };
    const sender = { senderFrame: frame, sender: window?.webContents } as unknown as Electron.IpcMainInvokeEvent;
    return channels.get(ask.channel)?.(sender, ask.input);
  }
  if (navigate) {
    let prevented = false;
    window?.webContents.emit('will-navigate', { url: navigate, preventDefault: () => (prevented = true) });
    return { prevented };
  }
  if (question.bridge) return openBridge(handlers, question.bridge);
  if (event) {
    const emitter = { app, window, powerMonitor }[event.of ?? 'app'];
    emitter?.emit(event.name, { preventDefault: () => undefined }, ...event.args);
  }
  if (choose) itemOf(menus[choose.menu], choose.label).click?.({} as never, undefined, {} as never);
  if (click !== undefined) notifications.findLast(({ title }) => title === click)?.emit('click');
  if (question.closeWindow) window?.close();
  if (question.quit) app.quit();
  return {
    calls,
    address: window?.webContents.url,
    windows: windows.map(({ visible, destroyed, bounds }) => ({ visible, destroyed, bounds })),
    tray: menus.tray.map(({ label }) => label ?? '-'),
    notifications: notifications.map(({ title, body }) => ({ title, body })),
    clipboard: await clipboard.readText(),
  };
}

function itemOf(template: Electron.MenuItemConstructorOptions[], label: string): Electron.MenuItemConstructorOptions {
  for (const item of template) {
    if (item.label === label) return item;
    const inner = Array.isArray(item.submenu) ? item.submenu.find((sub) => sub.label === label) : undefined;
    if (inner) return inner;
  }
  throw new Error(`No menu item says ${label}.`);
}
