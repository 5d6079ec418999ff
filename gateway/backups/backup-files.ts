/** The folder of backups: what they are called, and which there are. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EXTENSION, type Manifest } from './archive-format.ts';
import { BackupError } from './backup-error.ts';
import { readManifest } from './read-archive.ts';

/** Made by the clock, and taken away by the rotation; those that people make stay. */
export type BackupOrigin = 'scheduled' | 'manual';

export interface BackupFile {
  /** Within the folder. */
  readonly name: string;
  readonly bytes: number;
  readonly createdAt: number;
  readonly origin: BackupOrigin;
  /** Whether it is one: proven when it was made, and whole as far as its manifest tells. */
  readonly good: boolean;
  /** Why it is not good. */
  readonly problem: string | null;
  readonly manifest: Manifest | null;
}

const NAME = /^ia-solaris-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)(-scheduled)?(-\d+)?\.solaris-backup$/;

/** `ia-solaris-2026-11-28T03-00-00-scheduled.solaris-backup`, in UTC. */
export function backupName(now: number, origin: BackupOrigin): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(':', '-');
  return `ia-solaris-${stamp}${origin === 'scheduled' ? '-scheduled' : ''}${EXTENSION}`;
}

/** Whether a name is one of `backupName`, and so no path that leads elsewhere. */
export function isBackupName(name: string): boolean {
  return NAME.test(name);
}

/** The backups of a folder, newest first. A folder that does not exist has none. */
export async function listBackups(folder: string): Promise<BackupFile[]> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(names.filter(isBackupName).map((name) => describe(folder, name)));
  return files.filter((file) => file !== null).sort((a, b) => b.createdAt - a.createdAt || (a.name < b.name ? 1 : -1));
}

async function describe(folder: string, name: string): Promise<BackupFile | null> {
  const file = join(folder, name);
  const [, day, hours, minutes, seconds, scheduled] = NAME.exec(name) ?? [];
  const origin: BackupOrigin = scheduled ? 'scheduled' : 'manual';
  const bytes = await stat(file).then(
    ({ size }) => size,
    () => null,
  );
  if (bytes === null) return null;
  try {
    const manifest = await readManifest(file);
    return { name, bytes, createdAt: manifest.createdAt, origin, good: true, problem: null, manifest };
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    const createdAt = Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
    return { name, bytes, createdAt, origin, good: false, problem: error.message, manifest: null };
  }
}
