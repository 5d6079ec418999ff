/** `restore`: puts a backup in the place of the data, which is kept beside it. */
import { resolve } from 'node:path';
import { installKey, prepareRestore, restoredDatabase, switchDatabase } from '../backups/restore.ts';
import { systemClock } from '../ops/clock.ts';
import { openDataDir } from '../ops/data-dir.ts';
import { lockDataDir } from '../ops/data-dir-lock.ts';
import { findResourcesDir } from '../ops/own-files.ts';
import { ConfigError, EXIT, type ExitCode } from '../ops/start-error.ts';
import { chosenPlace, explainBackupError, keyAtHand, showProgress } from './chosen-data.ts';
import type { CliHost, CommonFlags } from './host.ts';

export interface RestoreFlags extends CommonFlags {
  withoutSecrets?: boolean;
}

/** @returns 0 when it was restored; 1 when the backup was refused, 69 when a gateway runs there; the data is as before then */
export async function restore(file: string, flags: RestoreFlags, host: CliHost): Promise<ExitCode> {
  const data = chosenPlace(flags, host);
  if (data.place.engine === 'postgres') {
    throw new ConfigError([
      'DATABASE_URL names a Postgres database, which this command does not replace. Restore without it, into an empty data directory; from there "migrate --to" moves the data into an empty Postgres database.',
    ]);
  }
  const dir = openDataDir(data.dir.path);
  const lock = lockDataDir(dir);
  try {
    const order = {
      file: resolve(file),
      dir,
      secrets: keyAtHand(data),
      withoutSecrets: flags.withoutSecrets ?? false,
      migrationsFolder: `${findResourcesDir()}/migrations/sqlite`,
    };
    const manifest = await prepareRestore(order, showProgress(host));
    const stamp = new Date(systemClock.now()).toISOString().slice(0, 19).replaceAll(':', '-');
    if (manifest.secretKey !== null) installKey(dir, manifest.secretKey, stamp);
    const aside = await switchDatabase(dir, restoredDatabase(dir), stamp);
    host.print(`${dir.database} is now as it was on ${new Date(manifest.createdAt).toISOString()}.`);
    if (aside !== null) host.print(`What was there before is kept as ${aside}.`);
    return EXIT.ok;
  } catch (error) {
    return explainBackupError(error);
  } finally {
    lock.release();
  }
}
