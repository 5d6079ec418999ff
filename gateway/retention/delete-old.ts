/**
 * One run of the deletion of old usage records: in transactions so short that requests pass in between, and with longer
 * pauses than those. Roll-ups, ledger and balances stay as they are.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayContext } from '../context.ts';
import type { JobTools } from '../jobs/service.ts';
import { faultPoint } from '../ops/fault-point.ts';
import { currentPause } from '../ops/maintenance.ts';
import { countDueHours } from '../reports/hours.ts';
import { type CutOff, cutOffOf, isClockPlausible } from './cut-off.ts';
import { noteKeptFrom } from './kept-from.ts';
import { countOldRecords, deleteNext } from './old-records.ts';
import { addDeleted, auditDeleted } from './run-audit.ts';

export interface RunBounds {
  /** Records in one transaction: it holds the writer for a few milliseconds. */
  readonly batch: number;
  /** The rest is left to the next run: other jobs wait for the end of this one. */
  readonly longestMs: number;
}

export const RUN_BOUNDS: RunBounds = { batch: 100, longestMs: 10 * 60_000 };
const LEAST_PAUSE_MS = 10;
/** So much longer than a batch takes is the pause behind it. */
const PAUSE_FACTOR = 3;

/** Why a run has deleted nothing, or no more. The message is a whole answer for people; `code` is for programs. */
export class RetentionError extends Error {
  override readonly name = 'RetentionError';
  readonly code: 'retention_cancelled' | 'retention_clock';

  constructor(code: RetentionError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Deletes what is older than `cutOff`, as far as the time of a run allows.
 *
 * @returns how many records, and whether those were all
 * @throws RetentionError when it is cancelled, or the clock cannot be believed
 */
export async function deleteOldRecords(
  context: GatewayContext,
  cutOff: CutOff,
  tools: JobTools,
  bounds: RunBounds,
): Promise<{ records: number; isComplete: boolean }> {
  const { db, audit, log, metrics } = context;
  await db.tx((tx) => auditDeleted(tx, audit));
  if (!(await isClockPlausible(context))) {
    throw new RetentionError(
      'retention_clock',
      'Nothing was deleted: the gateway was in use on too few of the last 31 days, which is also how it looks when the clock has jumped ahead. If the clock is right, it goes on by itself after three nights.',
    );
  }
  // They are counted from the records, which are about to go.
  await countDueHours(context, () => tools.signal.aborted);
  const { records: found } = await countOldRecords(context, cutOff);
  const endsAt = performance.now() + bounds.longestMs;
  let records = 0;
  let after = '';
  const tellProgress = () => tools.onProgress({ phase: 'delete', done: records, total: Math.max(found, records) });
  try {
    for (;;) {
      if (tools.signal.aborted) {
        throw new RetentionError('retention_cancelled', 'It was cancelled. What it had deleted by then is gone.');
      }
      tellProgress();
      if (performance.now() > endsAt || !isStillWanted(context, cutOff)) return { records, isComplete: false };
      const beganAt = performance.now();
      const ids = await db.tx(async (tx) => {
        const deleted = await deleteNext(tx, after, cutOff, bounds.batch);
        if (deleted.length === 0) return deleted;
        if (records === 0) await noteKeptFrom(tx, cutOff.at);
        await addDeleted(tx, tools.id, cutOff, deleted.length);
        return deleted;
      });
      records += ids.length;
      metrics.recordsDeleted(ids.length);
      if (ids.length < bounds.batch) return { records, isComplete: true };
      faultPoint('records_deleted');
      after = ids.at(-1) ?? after;
      await sleep(Math.max(LEAST_PAUSE_MS, PAUSE_FACTOR * (performance.now() - beganAt)));
    }
  } finally {
    tellProgress();
    if (records > 0) {
      await db.tx((tx) => auditDeleted(tx, audit));
      log.info({ records, before: cutOff.day }, 'Old usage records were deleted');
    }
  }
}

/** Between two batches somebody may have chosen to keep more, or begun work on the data. */
function isStillWanted(context: GatewayContext, { at }: CutOff): boolean {
  const days = context.settings.current().usageRetentionDays;
  return days !== null && cutOffOf(context, days).at >= at && currentPause(context) === null;
}
