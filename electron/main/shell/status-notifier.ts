/** Whether a Linux desktop shows tray icons: GNOME does not without an extension. No Electron in here. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const TIMEOUT_MS = 2_000;
const WATCHER = 'org.kde.StatusNotifierWatcher';
const QUESTION = [
  'call',
  '--session',
  '--dest',
  WATCHER,
  '--object-path',
  '/StatusNotifierWatcher',
  '--method',
  'org.freedesktop.DBus.Properties.Get',
  WATCHER,
  'IsStatusNotifierHostRegistered',
];

export type RunProgram = (file: string, args: string[]) => Promise<string>;

const run: RunProgram = async (file, args) => (await promisify(execFile)(file, args, { timeout: TIMEOUT_MS })).stdout;

/** Asks the session's bus through `gdbus`, which GLib brings. Where it cannot be asked the answer is no. */
export async function traysAreShown(platform: NodeJS.Platform, ask: RunProgram = run): Promise<boolean> {
  if (platform !== 'linux') return true;
  try {
    return (await ask('gdbus', QUESTION)).includes('<true>');
  } catch {
    return false;
  }
}
