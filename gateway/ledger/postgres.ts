/**
 * The ledger port on Postgres. Each call of the stored function is one statement: it locks, decides and writes, and is
 * committed when it answers. No lock is ever held while an answer travels, whatever becomes of this process.
 *
 * Why a stored function and not statements of CTEs: plans of the latter would have to be made for every call (prepared
 * statements do not survive a pooler between transactions) and cost more than their work; and steps of one user in one
 * call must see each other, which parts of one statement do not.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseUnavailableError } from '../db/errors.ts';
import { asPostgresError, isConnectionLost, wasNeverSent } from '../db/postgres-errors.ts';
import { type Pool, type PoolClient, type Rows, runStatement } from '../db/postgres-pool.ts';
import { faultPoint } from '../ops/fault-point.ts';
import type { InterruptedHold, Ledger, LedgerPolicy } from './port.ts';
import { interruptedHolds, resultOf } from './postgres-results.ts';
import { callParameters, callStatement, type LedgerStep } from './postgres-steps.ts';

export interface PostgresLedger extends Ledger {
  /** Resolves when everything submitted so far is on disk or refused. */
  drain(): Promise<void>;
  /** Steps as parts of the transaction that is open on `client`. */
  inside(client: Pick<PoolClient, 'query'>): Pick<Ledger, 'move' | 'balance'>;
}

interface Waiting {
  readonly policy: LedgerPolicy;
  readonly work: LedgerStep | { kind: 'recover'; gatewayIds: readonly string[] | 'all'; at: number };
  resolve(result: never): void;
  reject(error: unknown): void;
}

/** Longer calls would keep their users' rows from other gateways for longer. */
const LONGEST_CALL = 128;
/** A call whose answer was lost is asked again after these waits; after the last, callers hear that the database is gone. */
const RETRY_MS = [0, 50, 200, 500, 1_000];
const INITIAL_POLICY: LedgerPolicy = { defaultMonthlyLimit: 0, blockThreshold: 1_000_000, overdraft: 'strict' };

/**
 * Everything that is asked for while a call is under way is the next call, in order. So a slow database makes calls
 * longer, not clients slower one after the other, and shared rows are written once for all of them.
 *
 * @param names `version` is what the functions' names end with
 */
export function createPostgresLedger(pool: Pool, names: { gatewayId: string; version: string }): PostgresLedger {
  const { gatewayId, version } = names;
  const runSteps = callStatement(version);
  const runRecover = `SELECT * FROM solaris_recover_${version}($1::text[], $2::bigint)`;
  let policy = INITIAL_POLICY;
  let queue: Waiting[] = [];
  let isUnderWay = false;
  let isScheduled = false;
  let onIdle: (() => void)[] = [];
  /** Holds that were refused with 503 although they may have been written. */
  const doubtfulHolds = new Set<string>();
  /** Settlements that were refused so; asked once more, "it was settled before" is their own answer. */
  const doubtfulSettlements = new Set<string>();

  const submit = <T>(work: Waiting['work']): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      queue.push({ policy, work, resolve: resolve as (result: never) => void, reject });
      schedule();
    });

  const schedule = (): void => {
    if (isScheduled || isUnderWay) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      void send();
    });
  };

  const send = async (): Promise<void> => {
    const [first] = queue;
    if (!first || isUnderWay) return;
    isUnderWay = true;
    const calls = takeCall(first);
    try {
      if (first.work.kind === 'recover') first.resolve((await recover(first.work)) as never);
      else await runTogether(calls);
    } catch (error) {
      for (const call of calls) call.reject(error);
      // Whoever waits behind would only wait as long again.
      if (error instanceof DatabaseUnavailableError) for (const { reject } of queue.splice(0)) reject(error);
    }
    isUnderWay = false;
    if (queue.length > 0) return void send();
    for (const resolve of onIdle) resolve();
    onIdle = [];
  };

  /** The longest run of steps that may share a call: under one policy, recovery alone, and no hold with its settlement. */
  const takeCall = (first: Waiting): Waiting[] => {
    let length = 0;
    const held = new Set<string>();
    for (const { policy: itsPolicy, work } of queue) {
      if (length === LONGEST_CALL || itsPolicy !== first.policy) break;
      if (work.kind === 'recover') {
        length ||= 1;
        break;
      }
      if (work.kind === 'settle' && held.has(work.settlement.usageId)) break;
      if (work.kind === 'hold') held.add(work.request.usageId);
      length++;
    }
    const taken = queue.slice(0, length);
    queue = queue.slice(length);
    return taken;
  };

  const recover = async ({ gatewayIds, at }: { gatewayIds: readonly string[] | 'all'; at: number }) => {
    const ids = gatewayIds === 'all' ? null : [...gatewayIds];
    // Asked again after a lost answer it finds nothing left, and says so: the records tell what was interrupted.
    return interruptedHolds(await insist(() => runStatement(pool, runRecover, [ids, at])));
  };

  const runTogether = async (calls: readonly Waiting[]): Promise<void> => {
    const steps = calls.map(({ work }) => work as LedgerStep);
    try {
      const rows = await runCall(steps, calls[0]?.policy ?? policy);
      const results = steps.map((step, index) => resultOf(step, rows[index]));
      calls.forEach((call, index) => {
        call.resolve(results[index] as never);
      });
    } catch (error) {
      if (error instanceof DatabaseUnavailableError || calls.length === 1) throw error;
      // Nothing of it stayed. Each alone: only the impossible one is lost.
      for (const call of calls) await runTogether([call]).catch(call.reject);
    }
  };

  /** One call, with what is in doubt from before in front of it. */
  const runCall = async (steps: readonly LedgerStep[], under: LedgerPolicy): Promise<Rows> => {
    const voided = [...doubtfulHolds];
    const known = steps.some((step) => step.kind === 'settle' && doubtfulSettlements.has(step.settlement.usageId));
    let retried = known;
    const ofRequests = steps.some(({ kind }) => kind === 'hold' || kind === 'settle');
    if (ofRequests) faultPoint('before_commit');
    try {
      const rows = await insist(() => {
        const parameters = callParameters({ steps, voided, policy: under, gatewayId, retried });
        // What follows is a repetition: the first time may have done all of it.
        retried = true;
        return runStatement(pool, runSteps, parameters);
      });
      if (ofRequests) faultPoint('after_commit');
      for (const usageId of voided) doubtfulHolds.delete(usageId);
      for (const step of steps) if (step.kind === 'settle') doubtfulSettlements.delete(step.settlement.usageId);
      return rows;
    } catch (error) {
      if (error instanceof DatabaseUnavailableError && !wasNeverSent(error.cause)) remember(steps);
      throw error;
    }
  };

  const remember = (steps: readonly LedgerStep[]): void => {
    for (const step of steps) {
      if (step.kind === 'hold') doubtfulHolds.add(step.request.usageId);
      if (step.kind === 'settle') doubtfulSettlements.add(step.settlement.usageId);
    }
  };

  return {
    configure(changed) {
      policy = changed;
    },
    hold: (request) => submit({ kind: 'hold', request }),
    settle: (settlement) => submit({ kind: 'settle', settlement }),
    move: (move) => submit({ kind: 'move', move }),
    resetUsage: (reset) => submit({ kind: 'reset', reset }),
    balance: (userId, period) => submit({ kind: 'balance', userId, period }),
    recover: (gatewayIds, at) => submit<InterruptedHold[]>({ kind: 'recover', gatewayIds, at }),
    inside(client) {
      const step = async <T>(order: LedgerStep): Promise<T> => {
        const call = { steps: [order], voided: [], policy, gatewayId, retried: false };
        const rows = await runStatement(client, runSteps, callParameters(call));
        return resultOf(order, rows[0]) as T;
      };
      return {
        move: (move) => step({ kind: 'move', move }),
        balance: (userId, period) => step({ kind: 'balance', userId, period }),
      };
    },
    drain: () =>
      queue.length === 0 && !isUnderWay ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve)),
  };
}

/** Calls again when the connection was lost, or when another won a deadlock. */
async function insist(call: () => Promise<Rows>): Promise<Rows> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const unavailable = asPostgresError(error);
      const isLast = attempt === RETRY_MS.length;
      if (isLast || !(unavailable instanceof DatabaseUnavailableError) || !isTransient(error)) throw unavailable;
      await sleep(RETRY_MS[attempt]);
    }
  }
}

function isTransient(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return isConnectionLost(error) || code === '40P01' || code === '40001' || code === '55P03';
}
