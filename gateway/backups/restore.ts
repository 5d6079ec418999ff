/**
 * Puts a backup in the place of the data. In two steps, each whole or not at all: the backup is made a database and
 * proven beside the data, then the two change places. Whatever ends the process, the data directory holds one of them.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { createKeyBox } from '../config/key-box.ts';
import type { SecretBox } from '../config/secret-box.ts';
import { removeDatabase } from '../db/remove-database.ts';
import { migrationCount } from '../db/sqlite-schema-state.ts';
import type { DataDir } from '../ops/data-dir.ts';
import { faultPoint } from '../ops/fault-point.ts';
import type { Manifest } from './archive-format.ts';
import { BackupError } from './backup-error.ts';
import { loadAndVerify, unsound } from './make-backup.ts';
import { checkSeal, checkVersion, readManifest } from './read-archive.ts';
import type { TransferOptions } from './run-transfer.ts';

export interface RestoreOrder {
  readonly file: string;
  readonly dir: DataDir;
  /** Opens the seal; null where the data directory has no key yet. */
  readonly secrets: SecretBox | null;
  /** Also where the backup's secrets cannot be opened here. */
  readonly withoutSecrets: boolean;
  /** Of SQLite. */
  readonly migrationsFolder: string;
}

/** Where a database waits to take its place. */
export function restoredDatabase({ database }: DataDir): string {
  return `${database}.restoring`;
}

/**
 * Proves the backup and leaves it as a database beside the data, which stays as it is.
 *
 * @throws BackupError with the reason why it is refused
 */
export async function prepareRestore(order: RestoreOrder, options: TransferOptions = {}): Promise<Manifest> {
  const { file, dir, migrationsFolder, withoutSecrets } = order;
  const manifest = await readManifest(file);
  checkVersion(file, manifest, migrationCount(migrationsFolder));
  const secrets = manifest.secretKey === null ? order.secrets : keyBox(manifest.secretKey);
  if (!withoutSecrets && manifest.seal !== null) {
    if (secrets === null) throw missingKey(file, manifest.seal.sealedBy);
    await checkSeal(file, manifest, secrets);
  }
  const draft = restoredDatabase(dir);
  const { report } = await loadAndVerify(file, draft, migrationsFolder, options);
  if (!report.ok) {
    removeDatabase(draft);
    throw unsound(report);
  }
  chmodSync(draft, 0o600);
  removeLog(draft);
  faultPoint('restore_proven');
  return manifest;
}

/**
 * Changes places. Nobody may have the data directory's database open.
 *
 * @param stamp part of the name under which the present data is kept
 * @returns where that is; null when there was none
 */
export async function switchDatabase(dir: DataDir, draft: string, stamp: string): Promise<string | null> {
  const { database } = dir;
  const aside = existsSync(database) ? freeName(`${database}.before-restore-${stamp}`) : null;
  if (aside !== null) {
    // A damaged file keeps the log that belongs to it; a sound one has taken it in.
    const { settleSqliteFile } = await import('../db/transfer-sqlite.ts');
    const isSound = settleSqliteFile(database);
    if (!isSound && existsSync(`${database}-wal`)) linkSync(`${database}-wal`, `${aside}-wal`);
    // A second name first, so that at no instant the data directory is without a database.
    linkSync(database, aside);
    faultPoint('restore_kept');
  }
  // The log of one database must never be applied to another.
  removeLog(database);
  renameSync(draft, database);
  syncFolder(dirname(database));
  faultPoint('restore_switched');
  return aside;
}

/** Whoever reads a database leaves an empty log behind, and whoever closed it before took in what had content. */
function removeLog(database: string): void {
  for (const suffix of ['-wal', '-shm']) rmSync(database + suffix, { force: true });
}

/** Puts the key of a backup into the data directory; another one that is there is kept beside it. */
export function installKey(dir: DataDir, key: string, stamp: string): void {
  const present = existsSync(dir.secretKey) ? readFileSync(dir.secretKey, 'utf8').trim() : null;
  if (present === key) return;
  if (present !== null) linkSync(dir.secretKey, freeName(`${dir.secretKey}.before-restore-${stamp}`));
  const draft = `${dir.secretKey}.restoring`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${key}\n`, { mode: 0o600, flag: 'wx', flush: true });
  renameSync(draft, dir.secretKey);
}

function keyBox(key: string): SecretBox {
  return createKeyBox([Buffer.from(key, 'hex')]);
}

function missingKey(file: string, sealedBy: string): BackupError {
  return new BackupError(
    'backup_wrong_key',
    `The secrets in ${file} were sealed with a key (${sealedBy}) that is not here. Put that installation's secret.key into ` +
      'the data directory, or give its SECRET_KEY; or restore without secrets, and enter those of upstreams and mail again.',
  );
}

function freeName(wished: string): string {
  let name = wished;
  for (let number = 2; existsSync(name); number++) name = `${wished}-${number}`;
  return name;
}

/** So that the names are on the disk too. Not every system lets folders be opened. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // Windows writes names through by itself.
  }
}
