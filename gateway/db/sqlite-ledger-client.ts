/** The ledger port on SQLite, from the main thread: gathers operations and sends them to be committed together. */
import type { Ledger } from '../ledger/port.ts';
import type { LedgerOperation } from '../ledger/sqlite-operations.ts';
import { asUnavailable } from './errors.ts';
import type { LedgerOutcome } from './sqlite-messages.ts';
import { SqliteError, type SqliteThread } from './sqlite-thread.ts';
import type { WriterQueue } from './writer-queue.ts';

interface Waiting {
  operation: LedgerOperation;
  resolve(result: never): void;
  reject(error: unknown): void;
}

export interface LedgerClient extends Ledger {
  /** Resolves when everything submitted so far is on disk or refused. */
  drain(): Promise<void>;
  /** Resolves when everything that was answered so far is in the tables, where readers find it. */
  posted(): Promise<void>;
}

/** So many messages lie ready for the thread, which commits them together: it never waits for this one's next turn. */
const MESSAGES_UNDER_WAY = 4;
/** So many operations do not wait for the end of the turn: the thread begins while this one goes on asking. */
const WORTH_A_MESSAGE = 16;

/**
 * Group commit: what is asked for in one turn of the event loop is a message or a few, and all messages that arrived
 * while the thread was committing are its next commit. So a slow disk makes commits larger, not clients slower one after
 * the other.
 */
export function createLedgerClient(writer: SqliteThread, queue: WriterQueue, gatewayId: string): LedgerClient {
  let gathered: Waiting[] = [];
  let underWay = 0;
  let scheduled = false;
  /** Gives the connection back; null while it is not ours. */
  let release: (() => void) | null = null;
  let asked = false;
  let unanswered = 0;
  let onIdle: (() => void)[] = [];
  /** Whether the journal may hold what the tables do not: at first what a crash left there. */
  let isUnposted = true;
  let posting: Promise<void> = Promise.resolve();

  const submit = <T>(operation: LedgerOperation): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      unanswered++;
      gathered.push({ operation, resolve: resolve as (result: never) => void, reject });
      if (gathered.length < WORTH_A_MESSAGE) schedule();
      else flush();
    });

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      flush();
    });
  };

  const flush = (): void => {
    if (gathered.length === 0) return;
    if (!release) return takeTurn();
    // Whoever waits for the connection gets it as soon as what is under way is done.
    if (underWay < MESSAGES_UNDER_WAY && !queue.isAwaited()) void send();
  };

  const takeTurn = (): void => {
    if (asked) return;
    asked = true;
    void queue.runFirst(
      () =>
        new Promise<void>((resolve) => {
          asked = false;
          release = resolve;
          void send();
        }),
    );
  };

  const send = async (): Promise<void> => {
    const batch = gathered;
    gathered = [];
    underWay++;
    try {
      const operations = batch.map((waiting) => waiting.operation);
      const outcomes = (await writer.call({ kind: 'ledger', operations })) as LedgerOutcome[];
      isUnposted = true;
      batch.forEach((waiting, index) => {
        const outcome = outcomes[index];
        if (outcome?.ok) waiting.resolve(outcome.result as never);
        else waiting.reject(asUnavailable(new SqliteError(outcome?.error.message ?? 'no answer', outcome?.error.code)));
      });
    } catch (error) {
      for (const waiting of batch) waiting.reject(asUnavailable(error));
    }
    underWay--;
    unanswered -= batch.length;
    if (underWay === 0) {
      release?.();
      release = null;
    }
    if (gathered.length > 0) schedule();
    if (unanswered === 0) {
      for (const resolve of onIdle) resolve();
      onIdle = [];
    }
  };

  const post = async (): Promise<void> => {
    isUnposted = false;
    try {
      await writer.call({ kind: 'post' });
    } catch {
      // What cannot be written can be read, as far as it is there.
      isUnposted = true;
    }
  };

  return {
    posted() {
      if (isUnposted) posting = post();
      return posting;
    },
    // It counts whatever becomes of what is committed beside it.
    configure: (policy) => void submit({ kind: 'configure', policy }).catch(() => undefined),
    hold: (request) => submit({ kind: 'hold', request, gatewayId }),
    settle: (settlement) => submit({ kind: 'settle', settlement }),
    async keep(answers) {
      await submit({ kind: 'keep', answers });
    },
    move: (move) => submit({ kind: 'move', move }),
    resetUsage: (reset) => submit({ kind: 'reset', reset }),
    balance: (userId, period) => submit({ kind: 'balance', userId, period }),
    recover: (gatewayIds, at) => submit({ kind: 'recover', gatewayIds, at }),
    drain: () => (unanswered === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve))),
  };
}
