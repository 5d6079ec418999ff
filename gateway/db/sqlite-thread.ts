/** The main thread's end of a thread that owns a SQLite connection. */
import { Worker } from 'node:worker_threads';
import { DatabaseUnavailableError } from './errors.ts';
import type { SqliteCall, SqliteNotice, SqliteReply, SqliteWorkerData, WireError } from './sqlite-messages.ts';

interface Waiting {
  /** Whether requests wait for it. */
  isUrgent: boolean;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A failed call, with SQLite's own code (`SQLITE_FULL`, `SQLITE_BUSY`, …) where there is one. */
export class SqliteError extends Error {
  override readonly name = 'SqliteError';
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

export interface SqliteThread {
  /** Calls are answered in the order in which they were made. */
  call(call: SqliteCall): Promise<unknown>;
  /** Closes the connection and ends the thread. */
  close(): Promise<void>;
}

/** What a writer tells unasked. */
export interface SqliteListener {
  /** A file with data is copied and brought to the newest schema now. */
  onUpgrade?: (() => void) | undefined;
  /** What the ledger has committed cannot be put into the tables. It is tried again, and this told once. */
  onPostingFailed?: ((error: Error) => void) | undefined;
}

/**
 * Starts the thread and waits until its connection is open (and, for the writer, migrated).
 *
 * @throws SqliteError when the file cannot be opened
 */
export async function startSqliteThread(data: SqliteWorkerData, listener: SqliteListener = {}): Promise<SqliteThread> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./sqlite-worker.${extension}`, import.meta.url), {
    workerData: data,
    // Rows pass through and die young: small generations keep the thread's memory small.
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 512 },
  });
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let gone: Error | null = null;
  let isOpen = false;

  const opened = new Promise<unknown>((resolve, reject) => {
    waiting.set(0, { isUrgent: false, resolve, reject });
  });
  const deliver = (caller: Waiting, reply: SqliteReply) => {
    if (reply.ok) caller.resolve(reply.value);
    else caller.reject(sqliteError(reply.error));
  };
  worker.on('message', (message: readonly SqliteReply[] | SqliteNotice) => {
    if ('notice' in message) {
      if (message.notice === 'upgrading') listener.onUpgrade?.();
      else listener.onPostingFailed?.(sqliteError(message.error));
      return;
    }
    for (const reply of message) {
      const caller = waiting.get(reply.id);
      if (!caller) continue;
      waiting.delete(reply.id);
      // Node takes up to a thousand messages in one turn, and who asks on with each answer may keep it there: a report of
      // many statements would hold up streams. Behind the turn's other events the next answer is one of the next turn.
      if (caller.isUrgent) deliver(caller, reply);
      else setImmediate(deliver, caller, reply);
    }
  });
  const fail = (error: Error) => {
    gone ??= error;
    for (const caller of waiting.values()) caller.reject(gone);
    waiting.clear();
  };
  worker.on('error', (error) =>
    fail(isOpen ? new DatabaseUnavailableError(error.message, { cause: error }) : sqliteError(error)),
  );
  worker.on('exit', () => fail(new DatabaseUnavailableError('The database is closed.')));
  await opened;
  isOpen = true;

  const call = (request: SqliteCall): Promise<unknown> => {
    if (gone) return Promise.reject(gone);
    const id = nextId++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { isUrgent: request.kind === 'ledger', resolve, reject });
      worker.postMessage({ id, call: request });
    });
  };
  return {
    call,
    async close() {
      const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      await call({ kind: 'close' });
      await exited;
    },
  };
}

function sqliteError({ message, code }: WireError): SqliteError {
  return new SqliteError(message, code);
}
