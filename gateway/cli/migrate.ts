/** `migrate`: moves all data between SQLite and Postgres, and proves that it arrived. */
import { changeOver, migrate as moveData, readTarget } from '../backups/migrate.ts';
import { readStartSources } from '../config/start-sources.ts';
import { openPostgresReadOnly } from '../db/postgres-read-only.ts';
import { systemClock } from '../ops/clock.ts';
import { lockDataDir } from '../ops/data-dir-lock.ts';
import { anyGatewayRuns } from '../ops/living-gateways.ts';
import { EXIT, type ExitCode, StartError } from '../ops/start-error.ts';
import { chosenData, explainBackupError, showProgress } from './chosen-data.ts';
import { postgresName } from './database-url.ts';
import type { CliHost, CommonFlags } from './host.ts';

export interface MigrateFlags extends CommonFlags {
  to: string;
  json?: boolean;
}

/** @returns 0 when everything moved; 1 when not, 69 when a gateway runs there, 78 when a database cannot be used */
export async function migrate(flags: MigrateFlags, host: CliHost): Promise<ExitCode> {
  const data = chosenData(flags, host);
  const { dir, place } = data;
  const lock = lockDataDir(dir);
  try {
    const to = readTarget(flags.to);
    const elsewhere = settingElsewhere(flags, host);
    if (place.engine === 'postgres') await refuseWhileInUse(place.url, host);
    const moved = await moveData(place, to, flags.json ? {} : showProgress(host));
    const stamp = new Date(systemClock.now()).toISOString().slice(0, 19).replaceAll(':', '-');
    const isOurs = to.engine === 'postgres' || to.file === dir.database;
    const aside = isOurs ? changeOver(dir, to, stamp) : null;
    if (flags.json) {
      host.print(JSON.stringify({ ...moved, aside, databaseSetBy: elsewhere }));
      return EXIT.ok;
    }
    const where = to.engine === 'postgres' ? postgresName(to.url) : to.file;
    host.print(`${moved.rows.toLocaleString('en')} rows have moved. ${where} holds the same rows, sums and audit log.`);
    if (aside !== null) host.print(`The data from before is kept as ${aside}.`);
    if (!isOurs) host.print(`To use it, put it into a data directory as ia-solaris.db.`);
    else if (elsewhere === null) host.print('The next start uses it.');
    else if (to.engine === 'postgres') host.print(`DATABASE_URL is also set by ${elsewhere}: give the new one there.`);
    else
      host.print(
        `DATABASE_URL is still set by ${elsewhere}: remove it there, or the next start uses the old database.`,
      );
    return EXIT.ok;
  } catch (error) {
    return explainBackupError(error);
  } finally {
    lock.release();
  }
}

/** Gateways on other machines share the database without this data directory: what they write meanwhile would be lost. */
async function refuseWhileInUse(url: string, host: CliHost): Promise<void> {
  const db = await openPostgresReadOnly(url);
  try {
    const onWait = () => host.printError('A gateway has noted no end: waiting half a minute for a sign of life of it.');
    if (!(await anyGatewayRuns(db, systemClock, { onWait }))) return;
    throw new StartError(EXIT.unavailable, `A gateway uses ${postgresName(url)}. Stop all of them first.`);
  } finally {
    await db.close();
  }
}

/** What sets the database beside the `.env` that this command writes; null when nothing does. */
function settingElsewhere({ dataDir, config }: CommonFlags, host: CliHost): string | null {
  const sources = readStartSources({
    ...(dataDir && { dataDir }),
    ...(config && { configFile: config }),
    env: host.env,
  });
  const given = sources.given.get('databaseUrl');
  return given === undefined || given.setBy.includes('.env') ? null : given.setBy;
}
