/** Backups of a gateway that runs: made on demand and by the clock, rotated, tried, restored. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Actor, SYSTEM } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { Backup } from '../contract/backups.ts';
import { dataDirAt } from '../ops/data-dir.ts';
import { findResourcesDir } from '../ops/own-files.ts';
import { type BackupFile, type BackupOrigin, backupName, listBackups } from './backup-files.ts';
import { makeBackup } from './make-backup.ts';
import { outdated } from './rotation.ts';
import type { TransferOptions } from './run-transfer.ts';
import type { Place } from './transfer-tasks.ts';

/** Of SQLite, which test restores are made with. */
export function sqliteMigrations(): string {
  return `${findResourcesDir()}/migrations/sqlite`;
}

/** Where backups lie: the setting, else `backups` in the data directory. */
export function backupFolder({ settings, dataDir }: Pick<GatewayContext, 'settings' | 'dataDir'>): string {
  return settings.current().backup.folder ?? dataDirAt(dataDir).backups;
}

/** Where the gateway's own database is. */
export function ownPlace({ settings, dataDir, db }: Pick<GatewayContext, 'settings' | 'dataDir' | 'db'>): Place {
  const { databaseUrl } = settings.current();
  if (db.engine === 'postgres' && databaseUrl !== null) return { engine: 'postgres', url: databaseUrl };
  return { engine: 'sqlite', file: dataDirAt(dataDir).database };
}

/**
 * Makes a proven backup in the folder, and takes away those of the clock that the rotation does not keep.
 *
 * @param actor who asked for it; nobody where the clock did
 */
export async function backUpNow(
  context: GatewayContext,
  origin: BackupOrigin,
  options: TransferOptions,
  actor: Actor = SYSTEM,
): Promise<Record<string, unknown>> {
  const { clock, version, secrets, db, audit } = context;
  const folder = backupFolder(context);
  const now = clock.now();
  const name = backupName(now, origin);
  const made = await makeBackup(
    {
      from: ownPlace(context),
      target: join(folder, name),
      version,
      now,
      secrets,
      secretKey: null,
      migrationsFolder: sqliteMigrations(),
    },
    options,
  );
  const removed = origin === 'scheduled' ? await rotate(context) : [];
  const { sums, tables } = made.manifest;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const details = { name, bytes: made.bytes, rows, head: sums.chainHead, removed };
  await db.tx((tx) => audit.write(tx, { actor, action: 'backup.made', details }));
  return details;
}

/** Removes what the rotation does not keep. @returns the names */
export async function rotate(context: GatewayContext): Promise<string[]> {
  const folder = backupFolder(context);
  const { keepDaily, keepWeekly, keepMonthly } = context.settings.current().backup;
  const files = (await listBackups(folder)).filter(({ good, origin }) => good && origin === 'scheduled');
  const calendar = context.calendar();
  const rotation = { daily: keepDaily, weekly: keepWeekly, monthly: keepMonthly };
  const gone = outdated(files, rotation, (at) => calendar.day(at));
  for (const { name } of gone) await rm(join(folder, name), { force: true });
  return gone.map(({ name }) => name);
}

/** A backup as the API shows it. */
export function toBackup({ name, bytes, createdAt, origin, good, problem, manifest }: BackupFile): Backup {
  return {
    name,
    bytes,
    createdAt,
    origin,
    good,
    problem,
    version: manifest?.version ?? null,
    engine: manifest?.engine ?? null,
    users: manifest?.sums.users ?? null,
    rows: manifest?.tables.reduce((sum, table) => sum + table.rows, 0) ?? null,
    hasKey: manifest !== null && manifest.secretKey !== null,
  };
}
