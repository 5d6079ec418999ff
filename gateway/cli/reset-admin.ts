/** `reset-admin`: lets an owner in again, also while the gateway runs. */
import { existsSync } from 'node:fs';
import { createAuditWriter } from '../audit/audit-writer.ts';
import { generatePassword } from '../config/generated-password.ts';
import { newId } from '../db/ids.ts';
import { openDatabase } from '../db/open.ts';
import { createEventBus } from '../events/event-bus.ts';
import { resetOwner } from '../operators/owner-session.ts';
import { systemClock } from '../ops/clock.ts';
import { lockDataDir } from '../ops/data-dir-lock.ts';
import { findResourcesDir, readVersion } from '../ops/own-files.ts';
import { ConfigError, EXIT, type ExitCode, UsageError } from '../ops/start-error.ts';
import { configuredDatabaseUrl } from './database-url.ts';
import { chosenDataDir, refuseForeignDatabase, refuseOtherDatabase, runningGateway } from './gateway-probe.ts';
import type { CliHost, CommonFlags } from './host.ts';

export interface ResetAdminFlags extends CommonFlags {
  email?: string;
  new?: boolean;
}

/** @returns 0 when the password was set; 2 when the e-mail is none, or no operator's; 78 when there is no database */
export async function resetAdmin(flags: ResetAdminFlags, host: CliHost): Promise<ExitCode> {
  const email = flags.email?.trim();
  if (email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(email))
    throw new UsageError(`--email must be an e-mail address, not "${email}".`);
  const dir = chosenDataDir(flags.dataDir, host);
  const databaseUrl = configuredDatabaseUrl(flags, host);
  refuseOtherDatabase(dir, databaseUrl);
  if (databaseUrl === null && !existsSync(dir.database))
    throw new ConfigError([`There is no database ${dir.database}. Name its folder with --data-dir.`]);
  const running = runningGateway(dir);
  if (running !== null && running.version !== readVersion()) {
    throw new ConfigError([
      `The gateway that runs there is version ${running.version}, this is ${readVersion()}. Use that version, or stop it first.`,
    ]);
  }
  // A second writer beside a gateway that runs: SQLite lets one in at a time, and the change is one short transaction.
  const lock = running === null && databaseUrl === null ? lockDataDir(dir) : null;
  const clock = systemClock;
  const gatewayId = newId('gtw', clock.now());
  const migrationsDir = `${findResourcesDir()}/migrations`;
  const db = await openDatabase({ databaseUrl, file: dir.database, migrationsDir, gatewayId }).catch(
    (error: unknown) => {
      lock?.release();
      throw error;
    },
  );
  try {
    await refuseForeignDatabase(db, dir);
    const password = generatePassword();
    const context = { db, clock, audit: createAuditWriter(clock), events: createEventBus(() => undefined) };
    const operator = await resetOwner(context, email ?? null, password, flags.new ?? false);
    host.print(`E-mail    ${operator.email}`);
    host.print(`Password  ${password}`);
    host.print(
      'Shown this once: sign in and change it. All sessions of this operator have ended, and one-time codes are off.',
    );
    return EXIT.ok;
  } finally {
    await db.close();
    lock?.release();
  }
}
