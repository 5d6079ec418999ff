/** The tray icon and its menu. */
import { join } from 'node:path';
import { Menu, nativeImage, nativeTheme, Tray } from 'electron';
import type { Words } from '../words/words.ts';
import { markOf, trayIcon } from './tray-icon.ts';
import { type TrayActions, type TrayFacts, trayMenu, trayTip } from './tray-menu.ts';

export interface AppTray {
  update(facts: TrayFacts, words: Words): void;
}

/**
 * @param icons folder of the drawn icons
 * @returns null where the desktop takes no icon at all
 */
export function openTray(icons: string, actions: TrayActions): AppTray | null {
  const fileOf = (mark: Parameters<typeof trayIcon>[0]) =>
    join(icons, trayIcon(mark, process.platform, nativeTheme.shouldUseDarkColorsForSystemIntegratedUI));
  let shown = fileOf('ok');
  let tray: Tray;
  try {
    tray = new Tray(nativeImage.createFromPath(shown));
  } catch {
    return null;
  }
  tray.on('click', () => actions.open('/'));
  return {
    update(facts, words) {
      const file = fileOf(markOf(facts.gateway, facts.glance?.waiting ?? 0));
      if (file !== shown) tray.setImage(nativeImage.createFromPath(file));
      shown = file;
      tray.setToolTip(trayTip(facts, words));
      // On Linux a changed menu shows only when it is set again.
      tray.setContextMenu(Menu.buildFromTemplate(trayMenu(facts, words, actions)));
    },
  };
}
