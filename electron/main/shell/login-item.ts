/** Starting at login, as the system keeps it. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';
import { autostartFile, HIDDEN, ownCommand, setAutostart } from './autostart.ts';

export interface LoginItem {
  read(): boolean;
  /** @throws Error when it cannot be changed */
  write(on: boolean): void;
}

export function systemLoginItem(env: Readonly<Record<string, string | undefined>>): LoginItem {
  if (process.platform === 'linux') {
    const file = autostartFile(env.XDG_CONFIG_HOME || join(homedir(), '.config'));
    const command = ownCommand(process.execPath, app.isPackaged ? null : app.getAppPath(), env);
    return { read: () => existsSync(file), write: (on) => setAutostart(file, on ? command : null) };
  }
  const args = [HIDDEN];
  return {
    read: () => app.getLoginItemSettings({ args }).openAtLogin,
    write: (openAtLogin) => app.setLoginItemSettings({ openAtLogin, args }),
  };
}

/** Whether the system started the app, so that no window is asked for. */
export function startedAtLogin(argv: readonly string[]): boolean {
  if (argv.includes(HIDDEN)) return true;
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}
