/**
 * The ledger port on Postgres. Each call of the stored function is one statement: it locks, decides and writes, and is
 * committed when it answers. No lock is ever held while an answer travels, whatever becomes of this process.
 *
 * Why a stored function and not statements of CTEs: plans of the latter would have to be made for every call (prepared
 * statements need not survive a pooler between transactions) and cost more than their work; and steps of one user in one
 * call must see each other, which parts of one statement do not.
 */
import { DatabaseUnavailableError } from '../db/errors.ts';
import { isConnectionLost } from '../db/postgres-errors.ts';
import type { Pipe } from '../db/postgres-pipe.ts';
import { type PoolClient, runStatement } from '../db/postgres-pool.ts';
import type { InterruptedHold, Ledger, LedgerPolicy } from './port.ts';
import { createLedgerCalls, type LedgerCall, type LedgerWork, type Recovery } from './postgres-calls.ts';
import { resultOf } from './postgres-results.ts';
import { callParameters, type LedgerStep, ledgerStatement } from './postgres-steps.ts';

export interface PostgresLedger extends Omit<Ledger, 'keep'> {
  /** Resolves when everything submitted so far is on disk or refused. */
  drain(): Promise<void>;
  /** Steps as parts of the transaction that is open on `client`. */
  inside(client: Pick<PoolClient, 'query'>): Pick<Ledger, 'move' | 'balance'>;
}

interface Waiting {
  readonly policy: LedgerPolicy;
  readonly work: LedgerStep | Recovery;
  resolve(result: never): void;
  reject(error: unknown): void;
}

/** Longer calls would keep their users' rows from other gateways for longer. */
const LONGEST_CALL = 128;
/** While one is answered the server works on the next: it never waits for this process's next turn. */
const CALLS_UNDER_WAY = 2;
/** So many steps do not wait for the answer to the call under way. Each call has its price, however few are in it. */
const WORTH_A_CALL = 16;
const INITIAL_POLICY: LedgerPolicy = { defaultMonthlyLimit: 0, blockThreshold: 1_000_000, overdraft: 'strict' };

/**
 * Everything that is asked for while calls are under way is the next call, in order. So a slow database makes calls
 * longer, not clients slower one after the other, and shared rows are written once for all of them.
 *
 * @param names `version` is what the functions' names end with
 */
export function createPostgresLedger(pipe: Pipe, names: { gatewayId: string; version: string }): PostgresLedger {
  const callOf = createLedgerCalls(pipe, names);
  let policy = INITIAL_POLICY;
  let queue: Waiting[] = [];
  let underWay = 0;
  /** One of those under way failed: until it is known what became of it, nothing is sent behind it. */
  let heldUp = 0;
  /** The end of the call that was begun last: an error when the database is gone for good. */
  let last: Promise<DatabaseUnavailableError | null> = Promise.resolve(null);
  /** What is being held by calls under way. */
  const held = new Set<string>();
  let isScheduled = false;
  const onIdle: (() => void)[] = [];

  const submit = <T>(work: Waiting['work']): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      queue.push({ policy, work, resolve: resolve as (result: never) => void, reject });
      schedule();
    });

  const schedule = (): void => {
    if (isScheduled || !maySend()) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      send();
    });
  };

  const maySend = (): boolean =>
    heldUp === 0 && (underWay === 0 || (underWay < CALLS_UNDER_WAY && queue.length >= WORTH_A_CALL));

  const send = (): void => {
    while (queue.length > 0 && maySend()) {
      const calls = takeCall();
      if (calls.length === 0) return;
      underWay++;
      last = fly(calls, last);
    }
  };

  /** The longest run of steps that may share a call: under one policy, recovery alone, and no hold with its settlement. */
  const takeCall = (): Waiting[] => {
    let length = 0;
    for (const { policy: itsPolicy, work } of queue) {
      if (length === LONGEST_CALL || itsPolicy !== queue[0]?.policy) break;
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

  /** @returns the error when the database is gone for good */
  const fly = async (calls: readonly Waiting[], before: typeof last): Promise<DatabaseUnavailableError | null> => {
    const call = callOf(workOf(calls));
    try {
      const answers = await call.begin();
      land(calls);
      // Before those are told who waited: what they do next would keep the server waiting.
      send();
      calls.forEach((waiting, place) => {
        waiting.resolve(answers[place] as never);
      });
      return null;
    } catch (error) {
      heldUp++;
      const gone = await recall(call, calls, error, await before);
      heldUp--;
      land(calls);
      // Whoever waits behind would only wait as long again.
      if (gone) for (const { reject } of queue.splice(0)) reject(gone);
      send();
      return gone;
    } finally {
      if (underWay === 0 && queue.length === 0) for (const resolve of onIdle.splice(0)) resolve();
    }
  };

  const land = (calls: readonly Waiting[]): void => {
    underWay--;
    for (const { work } of calls) if (work.kind === 'hold') held.delete(work.request.usageId);
  };

  /** What becomes of a call whose first attempt failed. @param ahead why the one before was given up */
  const recall = async (
    call: LedgerCall,
    calls: readonly Waiting[],
    error: unknown,
    ahead: DatabaseUnavailableError | null,
  ): Promise<DatabaseUnavailableError | null> => {
    const rejectAll = (why: unknown) => {
      for (const { reject } of calls) reject(why);
      return why instanceof DatabaseUnavailableError ? why : null;
    };
    if (ahead && isConnectionLost(error)) {
      call.giveUp();
      return rejectAll(ahead);
    }
    try {
      const answers = await call.insist(error);
      calls.forEach((waiting, place) => {
        waiting.resolve(answers[place] as never);
      });
      return null;
    } catch (told) {
      if (told instanceof DatabaseUnavailableError || calls.length === 1) return rejectAll(told);
    }
    // Nothing of it stayed. Each alone: only the impossible one is lost.
    let gone: DatabaseUnavailableError | null = null;
    for (const waiting of calls) {
      if (gone) {
        waiting.reject(gone);
        continue;
      }
      const alone = callOf(workOf([waiting]));
      const failure = await alone.begin().then(
        (answers) => void waiting.resolve(answers[0] as never),
        (why: unknown) => ({ why }),
      );
      if (failure) gone = await recall(alone, [waiting], failure.why, null);
    }
    return gone;
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
      const { sql } = ledgerStatement(names.version);
      const step = async <T>(order: LedgerStep): Promise<T> => {
        const call = { steps: [order], voided: [], policy, gatewayId: names.gatewayId, retried: false };
        const rows = await runStatement(client, sql, callParameters(call));
        return resultOf(order, rows[0]) as T;
      };
      return {
        move: (move) => step({ kind: 'move', move }),
        balance: (userId, period) => step({ kind: 'balance', userId, period }),
      };
    },
    drain: () =>
      queue.length === 0 && underWay === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve)),
  };
}

function workOf(calls: readonly Waiting[]): LedgerWork {
  const [first] = calls;
  if (!first) throw new Error('A call without steps.');
  if (first.work.kind === 'recover') return { recovery: first.work };
  return { policy: first.policy, steps: calls.map(({ work }) => work as LedgerStep) };
}
