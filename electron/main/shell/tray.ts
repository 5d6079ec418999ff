/** The tray icon and its menu. */
import { Menu, nativeImage, Tray } from 'electron';
import type { GatewayState } from '../../contract.ts';
import type { Words } from '../words/words.ts';
import { drawSign, type Mark } from './drawing.ts';
import { type TrayActions, type TrayFacts, trayMenu, trayTip } from './tray-menu.ts';

export interface AppTray {
  update(facts: TrayFacts, words: Words): void;
}

const SIZE = 16;

/** @returns null where the desktop takes no icon at all */
export function openTray(actions: TrayActions): AppTray | null {
  let tray: Tray;
  try {
    tray = new Tray(signImage('running'));
  } catch {
    return null;
  }
  let shown: Mark = 'running';
  tray.on('click', () => actions.open('/'));
  return {
    update(facts, words) {
      const mark = markOf(facts.gateway, facts.glance?.waiting ?? 0);
      if (mark !== shown) tray.setImage(signImage(mark));
      shown = mark;
      tray.setToolTip(trayTip(facts, words));
      // On Linux a changed menu shows only when it is set again.
      tray.setContextMenu(Menu.buildFromTemplate(trayMenu(facts, words, actions)));
    },
  };
}

export function markOf({ phase }: GatewayState, waiting: number): Mark {
  if (phase === 'failed' || phase === 'restarting' || phase === 'stopped') return 'down';
  return waiting > 0 ? 'waiting' : 'running';
}

function signImage(mark: Mark) {
  const isMac = process.platform === 'darwin';
  const image = nativeImage.createFromBitmap(drawSign(SIZE, mark, isMac), { width: SIZE, height: SIZE });
  const size = SIZE * 2;
  image.addRepresentation({ scaleFactor: 2, width: size, height: size, buffer: drawSign(size, mark, isMac) });
  if (isMac) image.setTemplateImage(true);
  return image;
}
