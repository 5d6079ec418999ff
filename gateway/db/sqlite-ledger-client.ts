/** The ledger port on SQLite, from the main thread: gathers operations and sends them as one commit. */
import type { Ledger } from '../ledger/port.ts';
import type { LedgerOperation } from '../ledger/sqlite.ts';
import { DatabaseUnavailableError, databaseErrorKind } from './errors.ts';
import type { LedgerOutcome } from './sqlite-messages.ts';
import { SqliteError, type SqliteThread } from './sqlite-thread.ts';
import type { WriterQueue } from './writer-queue.ts';

interface Waiting {
  operation: LedgerOperation;
  resolve(result: never): void;
  reject(error: Error): void;
}

export interface LedgerClient extends Ledger {
  /** Resolves when everything submitted so far is on disk or refused. */
  drain(): Promise<void>;
}

/**
 * Group commit: what is asked for in one turn of the event loop, and while the commit before is being written,
 * goes to disk together. So a slow disk makes batches larger, not clients slower one after the other.
 */
export function createLedgerClient(writer: SqliteThread, queue: WriterQueue, gatewayId: string): LedgerClient {
  let gathered: Waiting[] = [];
  let flushing: Promise<void> | null = null;

  const submit = <T>(operation: LedgerOperation): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      gathered.push({ operation, resolve: resolve as (result: never) => void, reject });
      flushing ??= new Promise((done) => setImmediate(done)).then(flush);
    });

  const flush = async (): Promise<void> => {
    while (gathered.length > 0) {
      await queue.runFirst(async () => {
        const batch = gathered;
        gathered = [];
        await send(batch);
      });
    }
    flushing = null;
  };

  const send = async (batch: Waiting[]): Promise<void> => {
    try {
      const operations = batch.map((waiting) => waiting.operation);
      const outcomes = (await writer.call({ kind: 'ledger', operations })) as LedgerOutcome[];
      batch.forEach((waiting, index) => {
        const outcome = outcomes[index];
        if (outcome?.ok) waiting.resolve(outcome.result as never);
        else waiting.reject(asLedgerError(new SqliteError(outcome?.error.message ?? 'no answer', outcome?.error.code)));
      });
    } catch (error) {
      for (const waiting of batch) waiting.reject(asLedgerError(error));
    }
  };

  return {
    configure: (policy) => void submit({ kind: 'configure', policy }),
    hold: (request) => submit({ kind: 'hold', request, gatewayId }),
    settle: (settlement) => submit({ kind: 'settle', settlement }),
    move: (move) => submit({ kind: 'move', move }),
    resetUsage: (reset) => submit({ kind: 'reset', reset }),
    balance: (userId, period) => submit({ kind: 'balance', userId, period }),
    recover: (gatewayIds, at) => submit({ kind: 'recover', gatewayIds, at }),
    async drain() {
      while (flushing) await flushing;
    },
  };
}

function asLedgerError(error: unknown): Error {
  const cause = error instanceof Error ? error : new Error(String(error));
  if (databaseErrorKind(cause) === 'other' && cause instanceof SqliteError && cause.code) return cause;
  return new DatabaseUnavailableError('The database cannot be written now.', { cause });
}
