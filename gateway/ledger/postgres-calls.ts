/** Calls of the ledger's function on Postgres: each is done once or not at all, whatever becomes of the connection. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseUnavailableError } from '../db/errors.ts';
import { asPostgresError, isConnectionLost, postgresCode, wasNeverSent } from '../db/postgres-errors.ts';
import type { Pipe } from '../db/postgres-pipe.ts';
import type { Rows } from '../db/postgres-pool.ts';
import { faultPoint } from '../ops/fault-point.ts';
import type { InterruptedHold, LedgerPolicy } from './port.ts';
import { interruptedHolds, type LedgerStepResult, resultOf } from './postgres-results.ts';
import { callParameters, type LedgerStep, ledgerStatement, recoverStatement } from './postgres-steps.ts';

export type Recovery = { kind: 'recover'; gatewayIds: readonly string[] | 'all'; at: number };

/** What is done in one call: steps under one policy, or a recovery. */
export type LedgerWork = { steps: readonly LedgerStep[]; policy: LedgerPolicy } | { recovery: Recovery };

export type LedgerAnswers = readonly (LedgerStepResult | InterruptedHold[])[];

export interface LedgerCall {
  /**
   * The first attempt: sent at once, behind those that were begun before.
   *
   * @throws the driver's error
   */
  begin(): Promise<LedgerAnswers>;
  /**
   * Asks again after `error` until there is an answer or the database is gone for good.
   *
   * @throws DatabaseUnavailableError when it is gone
   * @throws Error for what can never be done; nothing of the call was done then
   */
  insist(error: unknown): Promise<LedgerAnswers>;
  /** It is refused with 503, although it may have been done. */
  giveUp(): void;
}

/** A call whose answer was lost is asked again after these waits; after the last, callers hear that the database is gone. */
const RETRY_MS = [0, 50, 200, 500, 1_000];
/**
 * A session that waits for a lock does not notice that its client has gone, and may write a hold long after it was refused.
 * So long holds are taken back again and again, whenever their age has grown by a share of itself.
 */
const DOUBT_MS = 600_000;
const DOUBT_GROWTH = 1.25;

/** @param names `version` is what the functions' names end with */
export function createLedgerCalls(pipe: Pipe, names: { gatewayId: string; version: string }) {
  const { gatewayId, version } = names;
  const stepsStatement = ledgerStatement(version);
  const recovering = recoverStatement(version);
  /** Holds that were refused with 503 although they may have been written: since when, and when they are next taken back. */
  const doubtfulHolds = new Map<string, { readonly since: number; next: number }>();
  /** Settlements that were refused so; asked once more, "it was settled before" is their own answer. */
  const doubtfulSettlements = new Set<string>();

  const recoverOnce = async ({ gatewayIds, at }: Recovery): Promise<LedgerAnswers> => {
    const ids = gatewayIds === 'all' ? null : [...gatewayIds];
    // Asked again after a lost answer it finds nothing left, and says so: the records tell what was interrupted.
    return [interruptedHolds(await pipe.run(recovering, [ids, at]))];
  };

  /** One attempt, with what is in doubt from before in front of it. */
  const stepsOnce = async (steps: readonly LedgerStep[], policy: LedgerPolicy, isRepeated: boolean) => {
    const now = performance.now();
    const voided = [...doubtfulHolds].flatMap(([usageId, { next }]) => (next <= now ? usageId : []));
    const known = steps.some((step) => step.kind === 'settle' && doubtfulSettlements.has(step.settlement.usageId));
    const ofRequests = steps.some(({ kind }) => kind === 'hold' || kind === 'settle');
    if (ofRequests) faultPoint('before_commit');
    const parameters = callParameters({ steps, voided, policy, gatewayId, retried: isRepeated || known });
    const rows: Rows = await pipe.run(stepsStatement, parameters);
    if (ofRequests) faultPoint('after_commit');
    for (const usageId of voided) takenBack(usageId, now);
    if (doubtfulSettlements.size > 0)
      for (const step of steps) if (step.kind === 'settle') doubtfulSettlements.delete(step.settlement.usageId);
    return steps.map((step, place) => resultOf(step, rows[place]));
  };

  const takenBack = (usageId: string, at: number): void => {
    const doubt = doubtfulHolds.get(usageId);
    if (!doubt) return;
    const age = Math.max(1, at - doubt.since);
    if (age > DOUBT_MS) doubtfulHolds.delete(usageId);
    else doubt.next = doubt.since + age * DOUBT_GROWTH;
  };

  const remember = (steps: readonly LedgerStep[]): void => {
    const now = performance.now();
    for (const step of steps) {
      if (step.kind === 'hold') doubtfulHolds.set(step.request.usageId, { since: now, next: now });
      if (step.kind === 'settle') doubtfulSettlements.add(step.settlement.usageId);
    }
  };

  return (work: LedgerWork): LedgerCall => {
    let isRepeated = false;
    /** Whether an attempt reached the server, or may have. */
    let mayBeDone = false;
    const once = async (): Promise<LedgerAnswers> => {
      try {
        if ('recovery' in work) return await recoverOnce(work.recovery);
        const answers = stepsOnce(work.steps, work.policy, isRepeated);
        // What follows is a repetition: the first time may have done all of it.
        isRepeated = true;
        return await answers;
      } catch (error) {
        mayBeDone ||= !wasNeverSent(error);
        throw error;
      }
    };
    const giveUp = () => {
      if ('steps' in work && mayBeDone) remember(work.steps);
    };
    return {
      begin: once,
      giveUp,
      async insist(firstError) {
        let error = firstError;
        for (const waitMs of RETRY_MS) {
          if (!isTransient(error)) break;
          await sleep(waitMs);
          try {
            return await once();
          } catch (next) {
            error = next;
          }
        }
        const told = asPostgresError(error);
        if (told instanceof DatabaseUnavailableError) giveUp();
        throw told;
      },
    };
  };
}

/** Whether the connection was lost, or another won a deadlock or a lock. */
function isTransient(error: unknown): boolean {
  return isConnectionLost(error) || /^(40P01|40001|55P03)$/.test(postgresCode(error));
}
