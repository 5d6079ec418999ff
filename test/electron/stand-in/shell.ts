/** Tray, menus and notifications. */
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import type Electron from 'electron';
import { note } from './record.ts';

type Bare<T> = Partial<Omit<T, keyof EventEmitter>>;
type Template = Electron.MenuItemConstructorOptions[];

export const menus: { tray: Template; app: Template } = { tray: [], app: [] };
export const notifications: FakeNotification[] = [];

/** Keeps the template: a test reads and clicks it. */
class FakeMenu {
  readonly template: Template;
  constructor(template: Template) {
    this.template = template;
  }
  static buildFromTemplate(template: Template) {
    return new FakeMenu(template);
  }
  static setApplicationMenu(menu: FakeMenu | null) {
    menus.app = menu?.template ?? [];
  }
}
export const Menu = FakeMenu satisfies Record<
  keyof Pick<typeof Electron.Menu, 'buildFromTemplate' | 'setApplicationMenu'>,
  unknown
>;

export class Tray extends EventEmitter implements Bare<Omit<Electron.Tray, 'setContextMenu'>> {
  setImage(): void {}
  setToolTip(tip: string): void {
    note(`tray ${tip.split('\n')[1]}`);
  }
  setContextMenu(menu: FakeMenu | null): void {
    menus.tray = menu?.template ?? [];
  }
}

class FakeNotification extends EventEmitter implements Bare<Electron.Notification> {
  readonly title: string;
  readonly body: string;
  constructor({ title = '', body = '' }: Electron.NotificationConstructorOptions) {
    super();
    this.title = title;
    this.body = body;
  }
  static isSupported(): boolean {
    return true;
  }
  show(): void {
    notifications.push(this);
  }
}
export const Notification = FakeNotification;

export const nativeImage = {
  createFromBitmap(buffer: Buffer, { width, height }: Electron.CreateFromBitmapOptions) {
    if (buffer.length !== width * height * 4) throw new Error('The bitmap has the wrong size.');
    return {};
  },
  createFromPath(path: string) {
    if (!existsSync(path)) throw new Error(`There is no image ${path}`);
    return {};
  },
} satisfies Record<keyof Pick<typeof Electron.nativeImage, 'createFromBitmap' | 'createFromPath'>, unknown>;
