/**
 * Long pieces of work: one at a time on a database, with progress, to be cancelled and to be found later. Whoever runs
 * one renews its lease; a job whose lease is over has lost its gateway, and is failed by whoever sees it.
 */
import { and, eq, lt } from 'drizzle-orm';
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

export function createJobs(context: Pick<GatewayContext, 'db' | 'clock' | 'events' | 'log' | 'gatewayId'>): Jobs {
  const { db, clock, events, log, gatewayId } = context;
  const { jobs } = db.tables;
  const here = new Map<string, Running>();
  let isClosing = false;

  const changed = (jobId: string) => void events.emit({ kind: 'job_changed', jobId });

  const run = async (id: string, abort: AbortController, work: JobWork): Promise<void> => {
    let last: JobProgress = { phase: 'copy', done: 0, total: 0 };
    let saved = '';
    const save = async () => {
      const { phase, done, total } = last;
      await db
        .update(jobs)
        .set({ phase, done, total, leaseUntil: clock.now() + LEASE_MS })
        // One that is overtaken by the end, on a connection of its own, comes too late.
        .where(and(eq(jobs.id, id), eq(jobs.status, 'running')));
      const state = `${phase} ${done}`;
      if (state !== saved) changed(id);
      saved = state;
    };
    const timer = setInterval(
      () => void save().catch((err: unknown) => log.warn({ err }, 'Progress was not saved')),
      SAVE_EVERY_MS,
    );
    const end = async (set: Partial<typeof jobs.$inferInsert>) => {
      const { phase, done, total } = last;
      await db
        .update(jobs)
        .set({ phase, done, total, ...set, leaseUntil: null, endedAt: clock.now() })
        .where(eq(jobs.id, id));
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

  /** Those whose gateway is gone. */
  const failLost = (now: number) =>
    db
      .update(jobs)
      .set({
        status: 'failed',
        errorCode: 'job_interrupted',
        errorMessage: 'The gateway that ran it ended. Start it again.',
        endedAt: now,
        leaseUntil: null,
        slot: null,
      })
      .where(and(eq(jobs.status, 'running'), lt(jobs.leaseUntil, now)));

  return {
    async start({ kind, params, operatorId, slot }, work) {
      const now = clock.now();
      await failLost(now);
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
    .set({
      status: 'failed',
      errorCode: 'job_interrupted',
      errorMessage: 'The gateway that ran it ended. Start it again.',
      endedAt: clock.now(),
      leaseUntil: null,
      slot: null,
    })
    .where(eq(jobs.status, 'running'));
}

function describe(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'internal_error', message: String(error) };
  const known = 'code' in error && typeof error.code === 'string' && /^[a-z_]+$/.test(error.code);
  return { code: known ? String(error.code) : 'internal_error', message: error.message };
}
