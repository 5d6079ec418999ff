/** How the gateway is, part by part. */
import { eq } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Health } from '../contract/health.ts';
import { createMachineChecks } from './health-machine.ts';
import { createUpstreamCheck, elapsedMs } from './health-upstreams.ts';

type Checks = Health['checks'];
type DatabaseCheck = Omit<Checks['database'], 'tookMs'>;

/** The sign of life is written every ten seconds; after three that failed, writing fails. */
const STALE_WRITE_MS = 35_000;
/** A database that takes longer is busy with something long, but not gone. */
const DATABASE_TIMEOUT_MS = 3_000;

export interface HealthChecker {
  check(): Promise<Health>;
  stop(): void;
}

export function createHealthChecker(context: GatewayContext): HealthChecker {
  const { db, clock } = context;
  const machine = createMachineChecks();
  const upstreams = createUpstreamCheck(db, clock, context.upstreamHealth);

  async function checkDatabase(): Promise<DatabaseCheck> {
    const { engine } = db;
    const { gateways } = db.tables;
    try {
      const answer = await withTimeout(
        db.select({ heartbeatAt: gateways.heartbeatAt }).from(gateways).where(eq(gateways.id, context.gatewayId)),
        DATABASE_TIMEOUT_MS,
      );
      if (answer === null) return { status: 'degraded', engine, writeProbeAgeMs: null };
      const [row] = answer;
      const age = row ? Math.max(0, clock.now() - row.heartbeatAt) : null;
      return { status: age !== null && age > STALE_WRITE_MS ? 'degraded' : 'up', engine, writeProbeAgeMs: age };
    } catch (error) {
      context.log.warn({ err: error }, 'The database does not answer the health check');
      return { status: 'down', engine, writeProbeAgeMs: null };
    }
  }

  return {
    async check() {
      const [database, redis, up, mail, cpu, memory, disk, eventLoop] = await Promise.all([
        timed(checkDatabase),
        timed(async () => ({ status: await context.limits.redis() })),
        timed(() => upstreams().catch(() => ({ status: 'down' as const, items: [] }))),
        timed(async () => checkMail(context)),
        timed(async () => machine.cpu()),
        timed(async () => machine.memory()),
        timed(() => machine.disk(context.dataDir)),
        timed(() => machine.eventLoop()),
      ]);
      const checks: Checks = { database, redis, upstreams: up, mail, cpu, memory, disk, eventLoop };
      return { status: overall(checks), version: context.version, at: clock.now(), checks };
    },
    stop: () => machine.stop(),
  };
}

/** As the sender has seen the server last: mail waits safely, so that it never makes the whole unwell. */
function checkMail({ settings, mail }: GatewayContext): Omit<Checks['mail'], 'tookMs'> {
  const failure = mail.failure();
  if (settings.current().smtp.host === null) return { status: 'not_configured', problem: null };
  return failure === null ? { status: 'up', problem: null } : { status: 'down', problem: failure.problem };
}

/** One upstream of several that is down is its users' trouble, and seen in its own line. */
function overall(checks: Checks): Health['status'] {
  if (checks.database.status === 'down') return 'unhealthy';
  const { database, redis, cpu, memory, disk, eventLoop, upstreams } = checks;
  const suffers = [database, cpu, memory, disk, eventLoop].some(({ status }) => status !== 'up');
  return suffers || upstreams.status === 'down' || redis.status === 'down' ? 'degraded' : 'healthy';
}

async function timed<Result extends object>(check: () => Promise<Result>): Promise<Result & { tookMs: number }> {
  const startedAt = performance.now();
  const result = await check();
  return { ...result, tookMs: elapsedMs(startedAt) };
}

/** @returns null when the time is over first */
function withTimeout<Result>(work: PromiseLike<Result>, ms: number): Promise<Result | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), ms);
    work.then(resolve, reject).then(() => clearTimeout(timer));
  });
}
