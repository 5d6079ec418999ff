/** Opens what all capabilities depend on: lock, log, secrets, database, settings. */
import type { FastifyBaseLogger } from 'fastify';
import { fillSearchTexts } from './accounts/search-text.ts';
import { createAuditWriter } from './audit/audit-writer.ts';
import { carryOutRestore } from './backups/pending-restore.ts';
import { openHeadlessBox } from './config/key-box.ts';
import { ledgerPolicy } from './config/ledger-policy.ts';
import { openSettings } from './config/open-settings.ts';
import type { SecretBox } from './config/secret-box.ts';
import type { Settings } from './config/settings.ts';
import { checkSharedKey } from './config/shared-key.ts';
import type { StartOptions, StartSources } from './config/start-sources.ts';
import type { GatewayContext } from './context.ts';
import type { Database } from './db/database.ts';
import { newId } from './db/ids.ts';
import { readInstallation } from './db/installation.ts';
import { openDatabase } from './db/open.ts';
import { seedDefaults } from './db/seed.ts';
import { MOVE_MARK } from './db/transfer.ts';
import { createEventBus } from './events/event-bus.ts';
import { createSharedEvents } from './events/shared-events.ts';
import { createJobs } from './jobs/service.ts';
import { createCalendar } from './ledger/periods.ts';
import { openRateLimits } from './limits/rate-limits.ts';
import { createMail } from './mail/mail.ts';
import { type Clock, systemClock } from './ops/clock.ts';
import type { Closers } from './ops/closers.ts';
import type { DataDir } from './ops/data-dir.ts';
import { lockDataDir } from './ops/data-dir-lock.ts';
import { removeLocalSecret, writeLocalSecret } from './ops/data-dir-secret.ts';
import { databaseFacts, readServerInfo, removeServerInfo, writeServerInfo } from './ops/data-dir-server.ts';
import { type LogOptions, openLogs } from './ops/logs.ts';
import { createMaintenance } from './ops/maintenance.ts';
import { createMetrics } from './ops/metrics.ts';
import { exposureProblem } from './ops/network-exposure.ts';
import { findResourcesDir, readVersion } from './ops/own-files.ts';
import { announceGateway } from './ops/presence.ts';
import { ConfigError } from './ops/start-error.ts';
import { createHealthBoard } from './upstreams/health-board.ts';

export interface ContextOptions extends StartOptions {
  clock?: Clock;
  /** How secrets are sealed; by default with SECRET_KEY, `sealingKey` or a key of the data directory. */
  secrets?: SecretBox;
  /** Seals secrets in place of the key in the data directory, which still opens what it sealed. 32 bytes. */
  sealingKey?: Uint8Array;
  /** A logger of the host's own, in place of `logs`. */
  log?: FastifyBaseLogger;
  /** Where the log goes; by default nowhere. */
  logs?: { files: boolean; stdout: LogOptions['stdout'] };
  /**
   * On a shared database: after so long without a sign of life the others take this gateway for dead, and give back what
   * its requests held. 30 seconds by default.
   */
  leaseMs?: number;
  /** Stops this gateway and starts another in its place; asked for when the data has changed places. */
  onRestart?: () => void;
  /** Makes each commit slower; for benchmarks only. */
  commitDelayMs?: number;
}

const UPGRADE_BEGINS =
  'The database is being brought to this version; nothing answers until that is done. A large one takes minutes, and SQLite keeps a copy of it beside.';
const POSTING_FAILED =
  'What requests used cannot be put into the tables now. It is safe in the journal, and tried again every second.';

/**
 * What it opens is closed by `closers`, whatever fails behind it.
 *
 * @throws StartError with a sentence for people
 */
export async function openContext(options: ContextOptions, sources: StartSources, dir: DataDir, closers: Closers) {
  const clock = options.clock ?? systemClock;
  const version = readVersion();
  const gatewayId = newId('gtw', clock.now());
  const lock = lockDataDir(dir);
  closers.add(lock.release);
  // What a process left that ended without notice: a clean stop removes it.
  const previousId = readServerInfo(dir)?.gatewayId ?? null;
  const server = {
    ...{ pid: process.pid, gatewayId, version, startedAt: clock.now() },
    ...databaseFacts(sources.settings.databaseUrl),
  };
  writeServerInfo(dir, { ...server, url: null });
  closers.add(() => removeServerInfo(dir));
  const localSecret = writeLocalSecret(dir);
  closers.add(() => removeLocalSecret(dir));

  const log = options.log ?? (await openGatewayLogs(options, sources, dir, closers));
  if (sources.settings.databaseUrl === null) await carryOutRestore(dir);
  const secrets = options.secrets ?? openHeadlessBox(sources.environment, dir, options.sealingKey);
  const db = await openDatabase({
    databaseUrl: sources.settings.databaseUrl,
    file: dir.database,
    migrationsDir: `${findResourcesDir()}/migrations`,
    gatewayId,
    commitDelayMs: options.commitDelayMs,
    onUpgrade: () => log.info(UPGRADE_BEGINS),
    onPostingFailed: (err) => log.error({ err }, POSTING_FAILED),
  });
  closers.add(() => db.close());
  await refuseHalfMoved(db);
  await seedDefaults(db, clock.now());
  await fillSearchTexts(db);
  const presence = await announceGateway(
    { db, clock, log },
    { id: gatewayId, version, previousId, leaseMs: options.leaseMs },
  );
  closers.add(presence.end);
  if (db.engine === 'postgres') await checkSharedKey({ db, secrets, clock, log, gatewayId });

  const audit = createAuditWriter(clock);
  const local = createEventBus((error) => log.error({ err: error }, 'A listener failed'));
  const shared = db.notices && createSharedEvents(local, { notices: db.notices, gatewayId, log });
  const events = shared ?? local;
  const settings = await openSettings({ db, secrets, audit, events, clock, log }, sources.given);
  const exposed = exposureProblem(settings.current());
  if (exposed !== null) throw new ConfigError([exposed]);

  let calendar = createCalendar(settings.current().timeZone);
  const follow = (current: Settings) => {
    db.ledger.configure(ledgerPolicy(current));
    if (current.timeZone !== calendar.timeZone) calendar = createCalendar(current.timeZone);
    log.level = current.logLevel;
  };
  follow(settings.current());
  events.on(['settings_changed'], () => follow(settings.current()));
  const mail = createMail({ db, clock, settings, secrets, log, gatewayId, events });
  closers.add(mail.stop);
  if (shared) {
    closers.add(async () => shared.close());
    await shared.connect(async (event) => {
      if (event.kind === 'settings_changed') await settings.reload();
    });
  }
  const limits = await openRateLimits({ clock, log, redisUrl: settings.current().redisUrl });
  closers.add(async () => limits.close());
  const jobs = createJobs({ db, clock, events, log, gatewayId });
  closers.add(jobs.close);
  const context: GatewayContext = {
    version,
    gatewayId,
    localSecret,
    dataDir: dir.path,
    db,
    clock,
    settings,
    secrets,
    audit,
    events,
    mail,
    metrics: createMetrics(),
    jobs,
    maintenance: createMaintenance(),
    limits,
    restart() {
      const { onRestart } = options;
      if (onRestart) setImmediate(onRestart);
      return onRestart !== undefined;
    },
    canRestart: options.onRestart !== undefined,
    upstreamHealth: createHealthBoard(clock, events),
    log,
    calendar: () => calendar,
  };
  return { context, server, presence };
}

/** A database into which a move was begun and not ended holds some of the data only. */
async function refuseHalfMoved(db: Database): Promise<void> {
  if ((await readInstallation(db, MOVE_MARK)) === null) return;
  throw new ConfigError([
    'The database holds a move that has not ended. Run "ia-solaris migrate" again, which goes on with it; until then use the old database.',
  ]);
}

async function openGatewayLogs(options: ContextOptions, sources: StartSources, dir: DataDir, closers: Closers) {
  const { files, stdout } = options.logs ?? { files: false, stdout: 'none' };
  const logs = await openLogs({ level: sources.settings.logLevel, dir: files ? dir.logs : null, stdout });
  closers.add(logs.close);
  return logs.log;
}
