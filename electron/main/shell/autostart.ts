/** Starting at login: a setting of Windows and macOS, a file on Linux. No Electron in here. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The window stays closed when the system starts the app. */
export const HIDDEN = '--hidden';

/** After the XDG Autostart specification. @param config `$XDG_CONFIG_HOME`, usually `~/.config` */
export function autostartFile(config: string): string {
  return join(config, 'autostart', 'ia-solaris.desktop');
}

/** @param command the program and its arguments */
export function autostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=IA Solaris',
    'Comment=Metering gateway for LibreChat',
    'Comment[pt_BR]=Gateway que mede o uso do LibreChat',
    `Exec=${command.map(quoted).join(' ')}`,
    'Icon=ia-solaris',
    'Terminal=false',
    'StartupNotify=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** @throws Error when the file cannot be written */
export function setAutostart(file: string, command: readonly string[] | null): void {
  if (command === null) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, autostartEntry(command), { mode: 0o644 });
}

/** What the system must run: an AppImage is another file every time it runs, and says where it lies. */
export function ownCommand(
  execPath: string,
  appPath: string | null,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const program = env.APPIMAGE || execPath;
  return appPath === null ? [program, HIDDEN] : [program, appPath, HIDDEN];
}

/** After the Desktop Entry specification: quoted, then escaped as any value is. */
function quoted(argument: string): string {
  const inner = argument.replace(/[\\"`$]/g, '\\$&').replaceAll('%', '%%');
  return /^[\w./+:@=-]+$/.test(argument) ? argument : `"${inner.replaceAll('\\', '\\\\')}"`;
}
