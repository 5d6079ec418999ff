/** The native menu with its shortcuts. Pure. */
import type { MenuItemConstructorOptions } from 'electron';
import type { Words } from '../words/words.ts';

export interface MenuActions {
  open(screen: string): void;
  zoom(by: 1 | -1 | 0): void;
  openDataFolder(): void;
  copyDiagnostics(): void;
  decideOffline(): void;
  quit(): void;
}

const SCREENS = [
  ['overview', '/'],
  ['users', '/users'],
  ['requests', '/requests'],
  ['alerts', '/alerts'],
  ['reports', '/reports'],
  ['plans', '/plans'],
  ['activity', '/activity'],
] as const;

export function appMenu(words: Words, platform: NodeJS.Platform, actions: MenuActions): MenuItemConstructorOptions[] {
  const { menu, screens } = words;
  const separator = { type: 'separator' } as const;
  const isMac = platform === 'darwin';
  const settings: MenuItemConstructorOptions = {
    label: menu.settings,
    accelerator: 'CmdOrCtrl+,',
    click: () => actions.open('/settings'),
  };
  const quit: MenuItemConstructorOptions = { label: menu.quit, accelerator: 'CmdOrCtrl+Q', click: actions.quit };
  const mac: MenuItemConstructorOptions = {
    label: words.app,
    submenu: [
      { role: 'about', label: menu.about },
      separator,
      settings,
      separator,
      { role: 'hide', label: menu.hide },
      { role: 'hideOthers', label: menu.hideOthers },
      { role: 'unhide', label: menu.showAll },
      separator,
      quit,
    ],
  };
  const help = [
    { label: menu.openDataFolder, click: actions.openDataFolder },
    { label: menu.copyDiagnostics, click: actions.copyDiagnostics },
  ];
  return [
    ...(isMac ? [mac] : []),
    {
      label: menu.file,
      submenu: [
        { label: menu.decideOffline, click: actions.decideOffline },
        separator,
        ...(isMac ? [] : [settings, separator]),
        { role: 'close', label: menu.close },
        ...(isMac ? [] : [separator, quit]),
      ],
    },
    {
      label: menu.edit,
      submenu: [
        { role: 'undo', label: menu.undo },
        { role: 'redo', label: menu.redo },
        separator,
        { role: 'cut', label: menu.cut },
        { role: 'copy', label: menu.copy },
        { role: 'paste', label: menu.paste },
        { role: 'selectAll', label: menu.selectAll },
      ],
    },
    {
      label: menu.go,
      submenu: SCREENS.map(([name, path], index) => ({
        label: screens[name],
        accelerator: `CmdOrCtrl+${index + 1}`,
        click: () => actions.open(path),
      })),
    },
    {
      label: menu.view,
      submenu: [
        { role: 'reload', label: menu.reload },
        separator,
        { label: menu.zoomReset, accelerator: 'CmdOrCtrl+0', click: () => actions.zoom(0) },
        { label: menu.zoomIn, accelerator: 'CmdOrCtrl+Plus', click: () => actions.zoom(1) },
        { label: menu.zoomOut, accelerator: 'CmdOrCtrl+-', click: () => actions.zoom(-1) },
        separator,
        { role: 'togglefullscreen', label: menu.fullScreen },
      ],
    },
    { label: menu.window, role: 'window', submenu: [{ role: 'minimize', label: menu.minimize }] },
    {
      label: menu.help,
      role: 'help',
      submenu: isMac ? help : [...help, separator, { role: 'about', label: menu.about }],
    },
  ];
}
