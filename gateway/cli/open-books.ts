/** The database of a data directory with what capabilities need of a context, for commands; also while a gateway runs. */
import { existsSync } from 'node:fs';
import { pino } from 'pino';
import { createAuditWriter } from '../audit/audit-writer.ts';
import { openHeadlessBox } from '../config/key-box.ts';
import { ledgerPolicy } from '../config/ledger-policy.ts';
import { openSettings } from '../config/open-settings.ts';
import { readStartSources } from '../config/start-sources.ts';
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';
import { openDatabase } from '../db/open.ts';
import { createEventBus } from '../events/event-bus.ts';
import { createJobs } from '../jobs/service.ts';
import { createCalendar } from '../ledger/periods.ts';
import { createRateLimits } from '../limits/rate-limits.ts';
import { createMail } from '../mail/mail.ts';
import { systemClock } from '../ops/clock.ts';
import { lockDataDir } from '../ops/data-dir-lock.ts';
import { createMaintenance } from '../ops/maintenance.ts';
import { createMetrics } from '../ops/metrics.ts';
import { findResourcesDir, readVersion } from '../ops/own-files.ts';
import { ConfigError } from '../ops/start-error.ts';
import { createHealthBoard } from '../upstreams/health-board.ts';
import { configuredDatabaseUrl } from './database-url.ts';
import { chosenDataDir, refuseForeignDatabase, refuseOtherDatabase, runningGateway } from './gateway-probe.ts';
import type { CliHost, CommonFlags } from './host.ts';

export interface Books {
  readonly context: GatewayContext;
  close(): Promise<void>;
}

/**
 * Opens them. Mails that a command causes wait in the outbox for the gateway.
 *
 * @throws ConfigError when there is no database, or one of another version is in use
 */
export async function openBooks(flags: CommonFlags, host: CliHost): Promise<Books> {
  const dir = chosenDataDir(flags.dataDir, host);
  const databaseUrl = configuredDatabaseUrl(flags, host);
  refuseOtherDatabase(dir, databaseUrl);
  if (databaseUrl === null && !existsSync(dir.database)) {
    throw new ConfigError([`There is no database ${dir.database}. Name its folder with --data-dir.`]);
  }
  const version = readVersion();
  const running = runningGateway(dir);
  if (running !== null && running.version !== version) {
    throw new ConfigError([
      `The gateway that runs there is version ${running.version}, this is ${version}. Use that version, or stop it first.`,
    ]);
  }
  const { config } = flags;
  const sources = readStartSources({ dataDir: dir.path, env: host.env, ...(config ? { configFile: config } : {}) });
  // A second writer beside a gateway that runs: SQLite lets one in at a time, and what commands do is short.
  const lock = running === null && databaseUrl === null ? lockDataDir(dir) : null;
  const clock = systemClock;
  const log = pino({ level: 'silent' });
  const gatewayId = newId('gtw', clock.now());
  const secrets = openHeadlessBox(sources.environment, dir);
  const migrationsDir = `${findResourcesDir()}/migrations`;
  const db = await openDatabase({ databaseUrl, file: dir.database, migrationsDir, gatewayId }).catch(
    (error: unknown) => {
      lock?.release();
      throw error;
    },
  );
  await refuseForeignDatabase(db, dir).catch(async (error: unknown) => {
    await db.close();
    throw error;
  });
  const audit = createAuditWriter(clock);
  const events = createEventBus(() => undefined);
  const settings = await openSettings({ db, secrets, audit, events, clock, log }, sources.given);
  db.ledger.configure(ledgerPolicy(settings.current()));
  const calendar = createCalendar(settings.current().timeZone);
  const mail = createMail({ db, clock, settings, secrets, log, gatewayId, events });
  return {
    context: {
      version,
      gatewayId,
      dataDir: dir.path,
      db,
      clock,
      settings,
      secrets,
      audit,
      events,
      mail,
      metrics: createMetrics(),
      jobs: createJobs({ db, clock, events, log, gatewayId }),
      maintenance: createMaintenance(),
      limits: createRateLimits(clock, null),
      restart: () => false,
      canRestart: false,
      localSecret: null,
      upstreamHealth: createHealthBoard(clock, events),
      log,
      calendar: () => calendar,
    },
    async close() {
      await mail.stop();
      await db.close();
      lock?.release();
    },
  };
}
