/** `backup`: a proven copy of the database, also while the gateway runs. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { backUp } from '../ops/backup.ts';
import { systemClock } from '../ops/clock.ts';
import { ConfigError, EXIT, type ExitCode, StartError } from '../ops/start-error.ts';
import { chosenDataDir } from './gateway-probe.ts';
import type { CliHost, CommonFlags } from './host.ts';

export interface BackupFlags extends CommonFlags {
  json?: boolean;
}

/** @returns 0 when the copy was made and proven; 78 when there is no database, 1 when the copy is not sound or cannot be written */
export async function backup(file: string | undefined, flags: BackupFlags, host: CliHost): Promise<ExitCode> {
  const dir = chosenDataDir(flags.dataDir, host);
  if (!existsSync(dir.database))
    throw new ConfigError([`There is no database ${dir.database}. Name its folder with --data-dir.`]);
  const stamp = new Date(systemClock.now()).toISOString().slice(0, 19).replaceAll(':', '-');
  const target = file === undefined ? join(dir.backups, `ia-solaris-${stamp}.db`) : resolve(file);
  try {
    const made = await backUp(dir.database, target);
    if (flags.json) host.print(JSON.stringify(made));
    else {
      host.print(
        `${made.file} (${(made.bytes / 1_048_576).toFixed(1)} MB) is a good backup: it was opened again, and its books agree.`,
      );
      host.print(
        `Upstream and mail secrets in it open only with the key: keep ${dir.secretKey} (or SECRET_KEY) in another safe place.`,
      );
    }
    return EXIT.ok;
  } catch (error) {
    throw new StartError(EXIT.failed, error instanceof Error ? error.message : String(error), { cause: error });
  }
}
