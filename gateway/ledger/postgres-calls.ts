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
  /** It is refused with 503 although it may have been done. */
  giveUp(error: unknown): void;
}

/** A call whose answer was lost is asked again after these waits; after the last, callers hear that the database is gone. */
const RETRY_MS = [0, 50, 200, 500, 1_000];

/** @param names `version` is what the functions' names end with */
export function createLedgerCalls(pipe: Pipe, names: { gatewayId: string; version: string }) {
  const { gatewayId, version } = names;
  const stepsStatement = ledgerStatement(version);
  const recovering = recoverStatement(version);
  /** Holds that were refused with 503 although they may have been written. */
  const doubtfulHolds = new Set<string>();
  /** Settlements that were refused so; asked once more, "it was settled before" is their own answer. */
  const doubtfulSettlements = new Set<string>();

  const recoverOnce = async ({ gatewayIds, at }: Recovery): Promise<LedgerAnswers> => {
    const ids = gatewayIds === 'all' ? null : [...gatewayIds];
    // Asked again after a lost answer it finds nothing left, and says so: the records tell what was interrupted.
    return [interruptedHolds(await pipe.run(recovering, [ids, at]))];
  };

  /** One attempt, with what is in doubt from before in front of it. */
  const stepsOnce = async (steps: readonly LedgerStep[], policy: LedgerPolicy, isRepeated: boolean) => {
    const voided = [...doubtfulHolds];
    const known = steps.some((step) => step.kind === 'settle' && doubtfulSettlements.has(step.settlement.usageId));
    const ofRequests = steps.some(({ kind }) => kind === 'hold' || kind === 'settle');
    if (ofRequests) faultPoint('before_commit');
    const parameters = callParameters({ steps, voided, policy, gatewayId, retried: isRepeated || known });
    const rows: Rows = await pipe.run(stepsStatement, parameters);
    if (ofRequests) faultPoint('after_commit');
    for (const usageId of voided) doubtfulHolds.delete(usageId);
    if (doubtfulSettlements.size > 0)
      for (const step of steps) if (step.kind === 'settle') doubtfulSettlements.delete(step.settlement.usageId);
    return steps.map((step, place) => resultOf(step, rows[place]));
  };

  const remember = (steps: readonly LedgerStep[]): void => {
    for (const step of steps) {
      if (step.kind === 'hold') doubtfulHolds.add(step.request.usageId);
      if (step.kind === 'settle') doubtfulSettlements.add(step.settlement.usageId);
    }
  };

  return (work: LedgerWork): LedgerCall => {
    let isRepeated = false;
    const once = (): Promise<LedgerAnswers> => {
      if ('recovery' in work) return recoverOnce(work.recovery);
      const answers = stepsOnce(work.steps, work.policy, isRepeated);
      // What follows is a repetition: the first time may have done all of it.
      isRepeated = true;
      return answers;
    };
    const giveUp = (error: unknown) => {
      const cause = error instanceof DatabaseUnavailableError ? error.cause : error;
      if ('steps' in work && !wasNeverSent(cause)) remember(work.steps);
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
        if (told instanceof DatabaseUnavailableError) giveUp(told);
        throw told;
      },
    };
  };
}

/** Whether the connection was lost, or another won a deadlock or a lock. */
function isTransient(error: unknown): boolean {
  return isConnectionLost(error) || /^(40P01|40001|55P03)$/.test(postgresCode(error));
}
