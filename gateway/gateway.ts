/** The public entry of the gateway: the command line, the desktop app and the tests all start it here. */
import type { FastifyInstance } from 'fastify';
import { finishErasures } from './accounts/erase.ts';
import { type AlertEngine, createAlertEngine } from './alerts/engine.ts';
import { reportInterrupted, tellInterrupted } from './alerts/interruptions.ts';
import { createMaintenanceWatch, type MaintenanceWatch } from './alerts/maintenance-watch.ts';
import { createTroubleWatch } from './alerts/trouble-watch.ts';
import { type AnomalyWatch, createAnomalyWatch } from './anomalies/watch.ts';
import { answerUnroutable } from './api/errors.ts';
import { registerApi } from './api/register-api.ts';
import { recordMove } from './backups/pending-move.ts';
import { recordRestore } from './backups/pending-restore.ts';
import { createBackupSchedule } from './backups/schedule.ts';
import { applyDeclarations } from './config/apply-declarations.ts';
import type { IssuedPassword } from './config/apply-operators.ts';
import { type IssuedSecrets, makeFirstSecrets } from './config/first-run.ts';
import { readStartSources, type StartSources } from './config/start-sources.ts';
import type { GatewayContext } from './context.ts';
import { newId } from './db/ids.ts';
import type { EchoUpstream } from './demo/echo-upstream.ts';
import { failInterruptedJobs } from './jobs/service.ts';
import { type ContextOptions, openContext } from './open-context.ts';
import { checkAtStart } from './ops/check-at-start.ts';
import type { Clock } from './ops/clock.ts';
import { type Closers, createClosers } from './ops/closers.ts';
import { type DataDir, openDataDir } from './ops/data-dir.ts';
import { writeServerInfo } from './ops/data-dir-server.ts';
import { createHttpApp } from './ops/network-app.ts';
import { isMeteredRoute } from './ops/network-exposure.ts';
import { guardNetwork } from './ops/network-guard.ts';
import { createNetworkListeners } from './ops/network-listeners.ts';
import { type Addresses, drainOnClose, startServing } from './ops/network-serving.ts';
import { recoverHolds } from './ops/recover-holds.ts';
import { registerProxy } from './proxy/register-proxy.ts';
import { refuseUnroutable } from './proxy/unroutable.ts';
import type { DemoUpstream } from './proxy/upstream-directory.ts';
import { createRenewals, type Renewals } from './renewal/renewals.ts';
import { createRollups, type Rollups } from './reports/rollups.ts';
import { createRetentionSchedule, type RetentionSchedule } from './retention/schedule.ts';

export type { IssuedSecrets } from './config/first-run.ts';
export { createKeyBox } from './config/key-box.ts';
export type { SecretBox } from './config/secret-box.ts';
export type { GatewayContext } from './context.ts';
export { defaultDataDir } from './ops/data-dir.ts';
export type { Addresses } from './ops/network-serving.ts';
export { ConfigError, StartError, type StartObstacle } from './ops/start-error.ts';
export { obstacleOf } from './ops/start-obstacle.ts';

export interface GatewayOptions extends ContextOptions {
  /** Makes a service key and an owner with a password where there are none, for the host to show: see `Gateway.issued`. */
  firstSecrets?: boolean;
  /** How long a stop waits for open exchanges before it cuts them. */
  drainMs?: number;
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
    readonly retention: RetentionSchedule;
    readonly rollups: Rollups;
  };
  /** Whether metered requests are under way: whoever is about to stop everything for a moment waits for them. */
  isBusy(): boolean;
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

  const app = createHttpApp(settings.current(), log, (request, reply) =>
    isMeteredRoute(request.url)
      ? refuseUnroutable(request, reply, newId('req', clock.now()))
      : answerUnroutable(request, reply),
  );
  const listeners = createNetworkListeners(app, log);
  guardNetwork(app, listeners.has);
  const proxy = await registerProxy(app, context, { demoUpstream: lazyDemoUpstream(clock, closers) });
  closers.add(proxy.close);
  drainOnClose(app, listeners, () => proxy.open.drain(options.drainMs ?? DRAIN_MS));
  const backupSchedule = createBackupSchedule(context);
  closers.add(backupSchedule.stop);
  const retention = createRetentionSchedule(context);
  closers.add(retention.stop);
  let addresses: Addresses | null = null;
  await registerApi(app, context, () => addresses && { ...addresses, network: listeners.urls() });
  closers.add(() => app.close());
  await app.ready();

  let stopping: Promise<void> | null = null;
  return {
    app,
    context,
    background: { alerts, anomalies, maintenance: maintenanceWatch, renewals, retention, rollups },
    get issued() {
      return issued;
    },
    isBusy: () => proxy.open.size() > 0,
    async start() {
      addresses = await startServing(app, context, listeners);
      writeServerInfo(dir, { ...server, url: addresses.url });
      context.mail.start();
      backupSchedule.start();
      retention.start();
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
