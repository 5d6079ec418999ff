/**
 * Long pieces of work: one at a time on a database, with progress, to be cancelled and to be found later. Whoever runs
 * one renews its lease; a job whose gateway has stopped, or whose lease stands still, is failed by whoever sees it. A
 * gateway that finds its job taken from it gives the work up.
 */
import { and, eq, isNull } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Job, JobKind } from '../contract/jobs.ts';
import { newId } from '../db/ids.ts';
import { ApiError } from '../ops/api-error.ts';
import { findJob, toJob } from './queries.ts';

const LEASE_MS = 60_000;
/** How often progress goes to the database: others look at it, and the lease is renewed. */
const SAVE_EVERY_MS = 2_000;
/** Codes of errors that say: it was cancelled. */
const CANCELLED: readonly string[] = ['job_cancelled', 'retention_cancelled'];
const LOST = {
  status: 'failed',
  errorCode: 'job_interrupted',
  errorMessage: 'The gateway that ran it ended. Start it again.',
  leaseUntil: null,
  slot: null,
} as const;

export interface JobOrder {
  readonly kind: JobKind;
  readonly params: Record<string, unknown>;
  readonly operatorId: string | null;
  /** Only one job of this name is ever begun, by whichever gateway; null for those that people ask for. */
  readonly slot: string | null;
}

export interface JobProgress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

export interface JobTools {
  readonly id: string;
  readonly signal: AbortSignal;
  onProgress(progress: JobProgress): void;
}

export type JobWork = (tools: JobTools) => Promise<Record<string, unknown>>;

export interface Jobs {
  /**
   * Begins the work and returns at once.
   *
   * @returns null when the slot was taken before
   * @throws ApiError 409 `job_running` while another one runs
   */
  start(order: JobOrder, work: JobWork): Promise<Job | null>;
  /** @throws ApiError 404, 409 when it has ended or runs elsewhere */
  cancel(id: string): Promise<void>;
  /** Resolves when nothing runs here any more. */
  idle(): Promise<void>;
  /** Cancels what runs here, and waits for its end. */
  close(): Promise<void>;
}

interface Running {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** The lease of another gateway's job, as it was seen first. */
interface SeenLease {
  readonly jobId: string;
  readonly leaseUntil: number | null;
  readonly since: number;
}

/** @param elapsed this process's own clock, in milliseconds; no two clocks need agree on it */
export function createJobs(
  context: Pick<GatewayContext, 'db' | 'clock' | 'events' | 'log' | 'gatewayId'>,
  elapsed: () => number = () => performance.now(),
): Jobs {
  const { db, clock, events, log, gatewayId } = context;
  const { jobs, gateways } = db.tables;
  const here = new Map<string, Running>();
  let isClosing = false;

  const changed = (jobId: string) => void events.emit({ kind: 'job_changed', jobId });

  const run = async (id: string, abort: AbortController, work: JobWork): Promise<void> => {
    // Only as long as nobody else has ended it.
    const mine = and(eq(jobs.id, id), eq(jobs.gatewayId, gatewayId), eq(jobs.status, 'running'));
    let last: JobProgress = { phase: 'copy', done: 0, total: 0 };
    let saved = '';
    let lease = 0;
    let isEnding = false;
    const giveUp = () => {
      if (!abort.signal.aborted) log.warn({ jobId: id }, 'Another gateway took this job for lost; it is given up here');
      abort.abort();
    };
    const save = async () => {
      const { phase, done, total } = last;
      // Others compare it with what it was, never with their own clocks: it must change.
      lease = Math.max(lease + 1, clock.now() + LEASE_MS);
      const rows = await db
        .update(jobs)
        .set({ phase, done, total, leaseUntil: lease })
        .where(mine)
        .returning({ id: jobs.id });
      if (rows.length === 0) {
        // One that is overtaken by the end, on a connection of its own, comes too late.
        if (!isEnding) giveUp();
        return;
      }
      const state = `${phase} ${done}`;
      if (state !== saved) changed(id);
      saved = state;
    };
    const timer = setInterval(
      () => void save().catch((err: unknown) => log.warn({ err }, 'Progress was not saved')),
      SAVE_EVERY_MS,
    );
    const end = async (set: Partial<typeof jobs.$inferInsert>) => {
      isEnding = true;
      const { phase, done, total } = last;
      const rows = await db
        .update(jobs)
        .set({ phase, done, total, ...set, leaseUntil: null, endedAt: clock.now() })
        .where(mine)
        .returning({ id: jobs.id });
      if (rows.length === 0) giveUp();
    };
    try {
      const onProgress = (progress: JobProgress) => {
        const isNew = progress.phase !== last.phase;
        last = progress;
        if (isNew) void save().catch(() => undefined);
      };
      const result = await work({ id, signal: abort.signal, onProgress });
      await end({ status: 'done', result });
    } catch (error) {
      const { code, message } = describe(error);
      const status = CANCELLED.includes(code) ? 'cancelled' : 'failed';
      if (status === 'failed') log.error({ err: error, jobId: id }, 'A job failed');
      // A gateway that ends gives the due time back: whoever looks next begins anew.
      const slot = isClosing && status === 'cancelled' ? { slot: null } : {};
      await end({ status, errorCode: code, errorMessage: message, ...slot }).catch((err: unknown) =>
        log.error({ err, jobId: id }, 'The end of a job was not saved'),
      );
    } finally {
      clearInterval(timer);
      here.delete(id);
      changed(id);
    }
  };

  let seen: SeenLease | null = null;
  /** Whether a job has nobody who runs it. Others are judged by what this process saw of them, not by its clock. */
  const isLost = (job: { id: string; gatewayId: string; leaseUntil: number | null; stoppedAt: number | null }) => {
    const { id: jobId, leaseUntil } = job;
    // Its end could not be saved. While it is begun, it is not yet known here.
    if (job.gatewayId === gatewayId) return !here.has(jobId) && leaseUntil !== null && leaseUntil < clock.now();
    if (job.stoppedAt !== null) return true;
    const at = elapsed();
    if (seen?.jobId !== jobId || seen.leaseUntil !== leaseUntil) seen = { jobId, leaseUntil, since: at };
    return at - seen.since >= LEASE_MS;
  };

  const failLost = async (): Promise<void> => {
    const running = await db
      .select({
        id: jobs.id,
        gatewayId: jobs.gatewayId,
        leaseUntil: jobs.leaseUntil,
        stoppedAt: gateways.stoppedAt,
      })
      .from(jobs)
      .leftJoin(gateways, eq(gateways.id, jobs.gatewayId))
      .where(eq(jobs.status, 'running'));
    for (const job of running) {
      if (!isLost(job)) continue;
      const { id, leaseUntil } = job;
      // Only if nothing changed since it was seen: whoever wakes up now is not lost.
      const unchanged = leaseUntil === null ? isNull(jobs.leaseUntil) : eq(jobs.leaseUntil, leaseUntil);
      await db
        .update(jobs)
        .set({ ...LOST, endedAt: clock.now() })
        .where(and(eq(jobs.id, id), eq(jobs.status, 'running'), unchanged));
    }
  };

  return {
    async start({ kind, params, operatorId, slot }, work) {
      await failLost();
      const now = clock.now();
      const row = await db.tx(async (tx) => {
        const [running] = await tx.select().from(jobs).where(eq(jobs.status, 'running'));
        if (running) {
          if (slot !== null) return null;
          throw new ApiError(
            409,
            'job_running',
            `Another job (${running.kind}) runs now. Wait for its end, or cancel it.`,
          );
        }
        const [made] = await tx
          .insert(jobs)
          .values({
            id: newId('job', now),
            kind,
            status: 'running',
            origin: slot === null ? 'operator' : 'schedule',
            slot,
            params,
            operatorId,
            gatewayId,
            leaseUntil: now + LEASE_MS,
            createdAt: now,
          })
          .onConflictDoNothing()
          .returning();
        return made ?? null;
      });
      if (!row) return null;
      const abort = new AbortController();
      here.set(row.id, { abort, ended: run(row.id, abort, work) });
      changed(row.id);
      return toJob(row);
    },
    async cancel(id) {
      const job = await findJob(db, id);
      if (!job) throw new ApiError(404, 'job_not_found', 'There is no job with this id.');
      if (job.status !== 'running') throw new ApiError(409, 'job_ended', 'The job has ended already.');
      const running = here.get(id);
      if (!running) throw new ApiError(409, 'job_elsewhere', 'Another gateway runs the job. Cancel it there.');
      running.abort.abort();
      await running.ended;
    },
    async idle() {
      await Promise.all([...here.values()].map(({ ended }) => ended));
    },
    async close() {
      isClosing = true;
      for (const { abort } of here.values()) abort.abort();
      await Promise.all([...here.values()].map(({ ended }) => ended));
    },
  };
}

/** Fails what the last run of a gateway that is alone on its database left behind. */
export async function failInterruptedJobs({ db, clock }: Pick<GatewayContext, 'db' | 'clock'>): Promise<void> {
  const { jobs } = db.tables;
  await db
    .update(jobs)
    .set({ ...LOST, endedAt: clock.now() })
    .where(eq(jobs.status, 'running'));
}

function describe(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'internal_error', message: String(error) };
  const known = 'code' in error && typeof error.code === 'string' && /^[a-z_]+$/.test(error.code);
  return { code: known ? String(error.code) : 'internal_error', message: error.message };
}
