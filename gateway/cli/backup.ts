/** `backup`: a proven copy of all data, also while the gateway runs. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { backupName } from '../backups/backup-files.ts';
import { makeBackup } from '../backups/make-backup.ts';
import { systemClock } from '../ops/clock.ts';
import { findResourcesDir, readVersion } from '../ops/own-files.ts';
import { ConfigError, EXIT, type ExitCode } from '../ops/start-error.ts';
import { type ChosenData, chosenData, explainBackupError, keyAtHand, showProgress } from './chosen-data.ts';
import type { CliHost, CommonFlags } from './host.ts';

export interface BackupFlags extends CommonFlags {
  json?: boolean;
  withKey?: boolean;
}

/** @returns 0 when the copy was made and proven; 78 when there is no database, 1 when the copy is not sound or cannot be written */
export async function backup(file: string | undefined, flags: BackupFlags, host: CliHost): Promise<ExitCode> {
  const data = chosenData(flags, host);
  const now = systemClock.now();
  const target = file === undefined ? join(data.dir.backups, backupName(now, 'manual')) : resolve(file);
  const order = {
    from: data.place,
    target,
    version: readVersion(),
    now,
    secrets: keyAtHand(data),
    secretKey: flags.withKey ? keyOf(data) : null,
    migrationsFolder: `${findResourcesDir()}/migrations/sqlite`,
  };
  const made = await makeBackup(order, flags.json ? {} : showProgress(host)).catch(explainBackupError);
  if (flags.json) {
    const { bytes, manifest, report } = made;
    host.print(JSON.stringify({ file: made.file, bytes, manifest: { ...manifest, secretKey: null }, report }));
    return EXIT.ok;
  }
  const megabytes = (made.bytes / 1_048_576).toFixed(1);
  host.print(
    `${made.file} (${megabytes} MB) is a good backup: it was restored into a throw-away database, and its books agree.`,
  );
  host.print(
    flags.withKey
      ? 'The key that opens its secrets is in it: whoever has the file can read them. Keep it where nobody else gets.'
      : `Upstream and mail secrets in it open only with the key: keep ${data.dir.secretKey} (or SECRET_KEY) in another safe place.`,
  );
  return EXIT.ok;
}

function keyOf({ dir, environment }: ChosenData): string {
  const given = environment.secret('SECRET_KEY');
  if (given) throw new ConfigError([`The key is the one in ${given.from}; only a key file can be put into a backup.`]);
  try {
    return readFileSync(dir.secretKey, 'utf8').trim();
  } catch (error) {
    throw new ConfigError([`There is no key file ${dir.secretKey} to put into the backup.`], { cause: error });
  }
}
