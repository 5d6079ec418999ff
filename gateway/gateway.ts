/** The public entry of the gateway: the command line, the desktop app and the tests all start it here. */
import { eq } from 'drizzle-orm';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { finishErasures } from './accounts/erase.ts';
import { type AlertEngine, createAlertEngine } from './alerts/engine.ts';
import { reportInterrupted, tellInterrupted } from './alerts/interruptions.ts';
import { createMaintenanceWatch, type MaintenanceWatch } from './alerts/maintenance-watch.ts';
import { createTroubleWatch } from './alerts/trouble-watch.ts';
import { type AnomalyWatch, createAnomalyWatch } from './anomalies/watch.ts';
import { registerApi } from './api/register-api.ts';
import { createAuditWriter } from './audit/audit-writer.ts';
import { recordMove } from './backups/pending-move.ts';
import { carryOutRestore, recordRestore } from './backups/pending-restore.ts';
import { createBackupSchedule } from './backups/schedule.ts';
import { applyDeclarations } from './config/apply-declarations.ts';
import type { IssuedPassword } from './config/apply-operators.ts';
import { type IssuedSecrets, makeFirstSecrets } from './config/first-run.ts';
import { openHeadlessBox } from './config/key-box.ts';
import { ledgerPolicy } from './config/ledger-policy.ts';
import { openSettings } from './config/open-settings.ts';
import type { SecretBox } from './config/secret-box.ts';
import type { Settings } from './config/settings.ts';
import { checkSharedKey } from './config/shared-key.ts';
import { readStartSources, type StartOptions, type StartSources } from './config/start-sources.ts';
import type { GatewayContext } from './context.ts';
import type { Database } from './db/database.ts';
import { newId } from './db/ids.ts';
import { openDatabase } from './db/open.ts';
import { seedDefaults } from './db/seed.ts';
import { MOVE_MARK } from './db/transfer.ts';
import type { EchoUpstream } from './demo/echo-upstream.ts';
import { createEventBus } from './events/event-bus.ts';
import { createSharedEvents } from './events/shared-events.ts';
import { createJobs, failInterruptedJobs } from './jobs/service.ts';
import { createCalendar } from './ledger/periods.ts';
import { openRateLimits } from './limits/rate-limits.ts';
import { createMail } from './mail/mail.ts';
import { checkAtStart } from './ops/check-at-start.ts';
import { type Clock, systemClock } from './ops/clock.ts';
import { type Closers, createClosers } from './ops/closers.ts';
import { type DataDir, openDataDir } from './ops/data-dir.ts';
import { lockDataDir } from './ops/data-dir-lock.ts';
import { removeLocalSecret, writeLocalSecret } from './ops/data-dir-secret.ts';
import { readServerInfo, removeServerInfo, writeServerInfo } from './ops/data-dir-server.ts';
import { type LogOptions, openLogs } from './ops/logs.ts';
import { createMaintenance } from './ops/maintenance.ts';
import { createMetrics } from './ops/metrics.ts';
import { createHttpApp } from './ops/network-app.ts';
import { exposureProblem } from './ops/network-exposure.ts';
import { guardNetwork } from './ops/network-guard.ts';
import { createNetworkListeners } from './ops/network-listeners.ts';
import { type Addresses, drainOnClose, startServing } from './ops/network-serving.ts';
import { findResourcesDir, readVersion } from './ops/own-files.ts';
import { announceGateway } from './ops/presence.ts';
import { recoverHolds } from './ops/recover-holds.ts';
import { ConfigError } from './ops/start-error.ts';
import { registerProxy } from './proxy/register-proxy.ts';
import type { DemoUpstream } from './proxy/upstream-directory.ts';
import { createRenewals, type Renewals } from './renewal/renewals.ts';
import { createRollups, type Rollups } from './reports/rollups.ts';
import { createHealthBoard } from './upstreams/health-board.ts';

export type { IssuedSecrets } from './config/first-run.ts';
export { createKeyBox } from './config/key-box.ts';
export type { SecretBox } from './config/secret-box.ts';
export type { GatewayContext } from './context.ts';
export { defaultDataDir } from './ops/data-dir.ts';
export type { Addresses } from './ops/network-serving.ts';
export { ConfigError, StartError, type StartObstacle } from './ops/start-error.ts';
export { obstacleOf } from './ops/start-obstacle.ts';

export interface GatewayOptions extends StartOptions {
  clock?: Clock;
  /** How secrets are sealed; by default with SECRET_KEY, `sealingKey` or a key of the data directory. */
  secrets?: SecretBox;
  /** Seals secrets in place of the key in the data directory, which still opens what it sealed. 32 bytes. */
  sealingKey?: Uint8Array;
  /** A logger of the host's own, in place of `logs`. */
  log?: FastifyBaseLogger;
  /** Where the log goes; by default nowhere. */
  logs?: { files: boolean; stdout: LogOptions['stdout'] };
  /** Makes a service key and an owner with a password where there are none, for the host to show: see `Gateway.issued`. */
  firstSecrets?: boolean;
  /** How long a stop waits for open exchanges before it cuts them. */
  drainMs?: number;
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

export interface Gateway {
  readonly app: FastifyInstance;
  readonly context: GatewayContext;
  /** Secrets that this start made; only their hashes are kept. Complete when `start` is done. */
  readonly issued: IssuedSecrets;
  /** What runs behind the requests, for those who want to wait for it. */
  readonly background: {
    readonly alerts: AlertEngine;
    readonly maintenance: MaintenanceWatch;
    readonly anomalies: AnomalyWatch;
    readonly renewals: Renewals;
    readonly rollups: Rollups;
  };
  /** Opens the ports. @throws StartError with a sentence for people */
  start(): Promise<Addresses>;
  /** Drains, settles, closes the database and releases the data directory. Later calls wait for the first. */
  stop(): Promise<void>;
}

/** Long enough for most answers, short enough for a service manager's patience. */
const DRAIN_MS = 25_000;

/**
 * Opens the data directory and everything in it, and builds the app; nothing listens before `start`.
 *
 * @throws StartError with a sentence for people and an exit code
 */
export async function createGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const sources = readStartSources(options);
  const dir = openDataDir(sources.dataDir);
  const closers = createClosers();
  try {
    return await compose(options, sources, dir, closers);
  } catch (error) {
    await closers.closeAll().catch(() => undefined);
    throw error;
  }
}

async function compose(
  options: GatewayOptions,
  sources: StartSources,
  dir: DataDir,
  closers: Closers,
): Promise<Gateway> {
  const { context, server, presence } = await openContext(options, sources, dir, closers);
  const { settings, clock, log } = context;
  const interrupted = await recoverHolds(context, context.db.engine === 'sqlite' ? 'all' : presence.died);
  if (context.db.engine === 'postgres') {
    presence.watch(async (ids) => {
      await reportInterrupted(context, await recoverHolds(context, ids));
      await tellInterrupted(context);
    });
  }
  await finishErasures(context);
  if (context.db.engine === 'sqlite') await failInterruptedJobs(context);
  await recordRestore(dir, context);
  await recordMove(dir, context);
  const passwords: IssuedPassword[] = [];
  for (const { declarations, source } of sources.declared) {
    passwords.push(...(await applyDeclarations(context, declarations, source)));
  }
  let issued: IssuedSecrets = { serviceKey: null, passwords };

  const alerts = createAlertEngine(context);
  closers.add(alerts.stop);
  const anomalies = createAnomalyWatch(context);
  closers.add(anomalies.stop);
  const troubleWatch = createTroubleWatch(context);
  closers.add(troubleWatch.stop);
  const maintenanceWatch = createMaintenanceWatch(context);
  closers.add(maintenanceWatch.stop);
  const renewals = createRenewals(context);
  closers.add(renewals.stop);
  const rollups = createRollups(context);
  closers.add(rollups.stop);

  const app = createHttpApp(settings.current(), log);
  const listeners = createNetworkListeners(app, log);
  guardNetwork(app, listeners.has);
  const proxy = await registerProxy(app, context, { demoUpstream: lazyDemoUpstream(clock, closers) });
  closers.add(proxy.close);
  drainOnClose(app, listeners, () => proxy.open.drain(options.drainMs ?? DRAIN_MS));
  const backupSchedule = createBackupSchedule(context);
  closers.add(backupSchedule.stop);
  let addresses: Addresses | null = null;
  await registerApi(app, context, () => addresses && { ...addresses, network: listeners.urls() });
  closers.add(() => app.close());
  await app.ready();

  let stopping: Promise<void> | null = null;
  return {
    app,
    context,
    background: { alerts, anomalies, maintenance: maintenanceWatch, renewals, rollups },
    get issued() {
      return issued;
    },
    async start() {
      addresses = await startServing(app, context, listeners);
      writeServerInfo(dir, { ...server, url: addresses.url });
      context.mail.start();
      backupSchedule.start();
      await alerts.start();
      void maintenanceWatch.look();
      anomalies.start();
      renewals.start();
      rollups.start();
      // Not before: a start that finds its port taken must not make secrets that nobody gets to see.
      if (options.firstSecrets) {
        const first = await makeFirstSecrets(context);
        issued = { serviceKey: first.serviceKey, passwords: [...passwords, ...first.passwords] };
      }
      const afterStart = async () => {
        await reportInterrupted(context, interrupted);
        await tellInterrupted(context);
        await checkAtStart(context, presence.died.length > 0);
      };
      void afterStart().catch((error: unknown) => {
        if (!stopping) log.error({ err: error }, 'The checks of the start could not be finished');
      });
      troubleWatch.start();
      return addresses;
    },
    stop: () => (stopping ??= closers.closeAll()),
  };
}

/** Opens what all capabilities depend on: lock, log, secrets, database, settings. */
async function openContext(options: GatewayOptions, sources: StartSources, dir: DataDir, closers: Closers) {
  const clock = options.clock ?? systemClock;
  const version = readVersion();
  const gatewayId = newId('gtw', clock.now());
  const lock = lockDataDir(dir);
  closers.add(lock.release);
  // What a process left that ended without notice: a clean stop removes it.
  const previousId = readServerInfo(dir)?.gatewayId ?? null;
  const server = { pid: process.pid, gatewayId, version, startedAt: clock.now() };
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
  });
  closers.add(() => db.close());
  await refuseHalfMoved(db);
  await seedDefaults(db, clock.now());
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
  events.on((event) => {
    if (event.kind === 'settings_changed') follow(settings.current());
  });
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
  const { installation } = db.tables;
  const [mark] = await db.select().from(installation).where(eq(installation.key, MOVE_MARK));
  if (!mark) return;
  throw new ConfigError([
    'The database holds a move that has not ended. Run "ia-solaris migrate" again, which goes on with it; until then use the old database.',
  ]);
}

/** The built-in upstream, started with the first request that needs it. */
function lazyDemoUpstream(clock: Clock, closers: Closers): () => Promise<DemoUpstream> {
  let started: Promise<EchoUpstream> | null = null;
  closers.add(async () => (await started)?.close());
  const start = async () => {
    const { startEchoUpstream } = await import('./demo/echo-upstream.ts');
    return startEchoUpstream(clock);
  };
  return () => (started ??= start());
}

async function openGatewayLogs(options: GatewayOptions, sources: StartSources, dir: DataDir, closers: Closers) {
  const { files, stdout } = options.logs ?? { files: false, stdout: 'none' };
  const logs = await openLogs({ level: sources.settings.logLevel, dir: files ? dir.logs : null, stdout });
  closers.add(logs.close);
  return logs.log;
}
