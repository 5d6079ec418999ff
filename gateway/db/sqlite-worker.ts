/**
 * A thread that owns one SQLite connection: the only writer, or a reader. Keeping them off the main thread means
 * that no fsync, checkpoint or report ever delays a streamed byte.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import BetterSqlite3 from 'better-sqlite3';
import { createLedgerJournal, type LedgerJournal } from '../ledger/sqlite-journal.ts';
import type { LedgerOperation } from '../ledger/sqlite-operations.ts';
import { giveWay } from '../ops/give-way.ts';
import { createSqliteSchema } from './create-sqlite-schema.ts';
import { databaseErrorKind } from './errors.ts';
import type {
  LedgerOutcome,
  RowMethod,
  SqliteCall,
  SqliteNotice,
  SqliteReply,
  SqliteRequest,
  SqliteWorkerData,
  WireError,
} from './sqlite-messages.ts';
import { isNewest, newestApplied, requireReadable } from './sqlite-schema-state.ts';

/** How long a statement waits for a lock that another program holds. */
const BUSY_TIMEOUT_MS = 2_000;
const STATEMENT_CACHE_SIZE = 256;
/** 16 MB of log. Every commit writes the same hot pages again: the longer the log, the fewer of them are copied. */
const CHECKPOINT_PAGES = 4_000;
/**
 * So many steps of the ledger are posted together, or all that there are after so long: more would hold up the requests
 * that come meanwhile, and readers of other programs would see less.
 */
const POST_STEPS = 1_024;
const POST_AFTER_MS = 50;
/** Where posting failed. */
const POST_AGAIN_MS = 1_000;

const { file, mode, migrationsFolder, commitDelayMs } = workerData as SqliteWorkerData;
const port = parentPort;
if (!port) throw new Error('sqlite-worker runs as a worker thread only');

const db = new BetterSqlite3(file, { readonly: mode === 'read', timeout: BUSY_TIMEOUT_MS });
const statements = new Map<string, BetterSqlite3.Statement>();
/** Null on a reader, and once the file is closed. */
let journal: LedgerJournal | null = null;
let posting: NodeJS.Timeout | null = null;
/** Why the last posting failed; null when it did not. */
let postingError: unknown = null;

async function open(): Promise<void> {
  if (mode === 'read') {
    // Reports and copies: requests wait for the writer alone.
    giveWay();
    db.pragma('query_only = ON');
    // The gateway's own reader opens what its writer has looked at.
    if (migrationsFolder !== '') requireReadable(db, migrationsFolder);
    return;
  }
  // Before anything is written: another program's file stays as it is, to the byte.
  const applied = newestApplied(db);
  const newest = applied !== null && isNewest(db, migrationsFolder);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('temp_store = MEMORY');
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  if (applied === null) createSqliteSchema(db, migrationsFolder);
  else if (!newest) {
    port?.postMessage({ notice: 'upgrading' } satisfies SqliteNotice);
    (await import('./migrate-sqlite.ts')).migrateSqlite(db, migrationsFolder);
  }
  db.pragma('foreign_keys = ON');
  journal = createLedgerJournal(db, commit);
  tryPosting();
}

function prepare(sql: string): BetterSqlite3.Statement {
  let statement = statements.get(sql);
  if (!statement) {
    if (statements.size >= STATEMENT_CACHE_SIZE) statements.clear();
    statement = db.prepare(sql);
    statements.set(sql, statement);
  }
  return statement;
}

function execute(sql: string, params: readonly unknown[], method: RowMethod): unknown {
  const statement = prepare(sql);
  if (!statement.reader) {
    statement.run(...params);
    return [];
  }
  statement.raw(true);
  return method === 'get' ? statement.get(...params) : statement.all(...params);
}

function commit(): void {
  db.exec('COMMIT');
  if (commitDelayMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, commitDelayMs);
}

function rollback(): void {
  if (db.inTransaction) db.exec('ROLLBACK');
}

function ledger(): LedgerJournal {
  if (!journal) throw new Error('Only the writer keeps the ledger.');
  return journal;
}

/**
 * All operations in one commit. If one fails, none of it stays and each is tried alone: only the bad one is lost. A policy
 * never is: it is nothing that is written.
 */
function runLedger(operations: readonly LedgerOperation[]): LedgerOutcome[] {
  try {
    return ledger()
      .commit(operations)
      .map((result) => ({ ok: true, result }));
  } catch (error) {
    // A full disk or a foreign lock refuses all alike; each tried alone would hold up the thread for as long again.
    if (operations.length === 1 || databaseErrorKind(error) === 'unavailable') {
      for (const operation of operations) if (operation.kind === 'configure') ledger().configure(operation.policy);
      return operations.map(() => ({ ok: false, error: wireError(error) }));
    }
    return operations.flatMap((operation) => runLedger([operation]));
  }
}

/** Posts what the ledger has committed, now where it is much, else in a moment. */
function postSoon(): void {
  const unposted = journal?.unposted() ?? 0;
  if (unposted >= POST_STEPS && postingError === null) postNow();
  else if (unposted > 0) posting ??= setTimeout(postNow, POST_AFTER_MS);
}

function postNow(): void {
  if (posting) clearTimeout(posting);
  tryPosting();
  posting = postingError === null ? null : setTimeout(postNow, POST_AGAIN_MS);
}

/** Where it fails nothing is lost: the lines are on disk. Whoever needs the tables is told why. */
function tryPosting(): void {
  try {
    journal?.post();
    postingError = null;
  } catch (error) {
    if (postingError === null) {
      port?.postMessage({ notice: 'posting_failed', error: wireError(error) } satisfies SqliteNotice);
    }
    postingError = error;
  }
}

/** A reader that comes while it fails does not wait for the same lock once more: the clock tries again. */
function postForReaders(): void {
  if (postingError === null) postNow();
  if (postingError !== null) throw postingError;
}

function close(): void {
  if (posting) clearTimeout(posting);
  if (mode === 'write') tryPosting();
  journal = null;
  try {
    // What cannot be copied now stays in the log, where the next start finds it.
    if (mode === 'write') db.pragma('wal_checkpoint(TRUNCATE)');
  } catch {}
  db.close();
  setImmediate(() => port?.close());
}

function answer(call: SqliteCall): unknown {
  switch (call.kind) {
    case 'statement':
      if (!db.inTransaction) journal?.handOver();
      return execute(call.sql, call.params, call.method);
    case 'begin':
      return ledger().begin();
    case 'commit':
      return commit();
    case 'rollback':
      return rollback();
    case 'ledger':
      return runLedger(call.operations);
    case 'ledger_step':
      return ledger().step(call.operation);
    case 'post':
      return postForReaders();
    case 'backup':
      return db.backup(call.file);
    case 'integrity':
      return (db.pragma('integrity_check') as { integrity_check: string }[]).map((row) => row.integrity_check);
    case 'close':
      return close();
  }
}

function wireError(error: unknown): WireError {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { message: error.message, ...(code === undefined ? {} : { code }) };
}

function reply(...replies: readonly SqliteReply[]): void {
  port?.postMessage(replies);
}

function fail(id: number, error: unknown): void {
  reply({ id, ok: false, error: wireError(error) });
}

function handle({ id, call }: SqliteRequest): void {
  try {
    const value = answer(call);
    if (value instanceof Promise) {
      value.then(
        (result) => reply({ id, ok: true, value: result }),
        (error: unknown) => fail(id, error),
      );
    } else {
      reply({ id, ok: true, value });
    }
  } catch (error) {
    fail(id, error);
  }
}

type LedgerRequest = SqliteRequest & { call: { kind: 'ledger' } };

function isLedger(request: SqliteRequest | undefined): request is LedgerRequest {
  return request?.call.kind === 'ledger';
}

/** One commit for all requests, and one message for all answers. */
function handleTogether(requests: readonly LedgerRequest[]): void {
  try {
    const outcomes = runLedger(requests.flatMap(({ call }) => call.operations));
    let from = 0;
    reply(
      ...requests.map(({ id, call }) => {
        const value = outcomes.slice(from, from + call.operations.length);
        from += call.operations.length;
        return { id, ok: true as const, value };
      }),
    );
  } catch (error) {
    for (const { id } of requests) fail(id, error);
  }
}

function nextWaiting(): SqliteRequest | undefined {
  return port ? receiveMessageOnPort(port)?.message : undefined;
}

port.on('message', (request: SqliteRequest) => {
  const together: LedgerRequest[] = [];
  let next: SqliteRequest | undefined = request;
  // What came while the last commit was written is the next one.
  while (isLedger(next)) {
    together.push(next);
    next = nextWaiting();
  }
  if (together.length > 0) handleTogether(together);
  if (next) handle(next);
  postSoon();
});

try {
  await open();
  reply({ id: 0, ok: true, value: null });
} catch (error) {
  fail(0, error);
  db.close();
  port.close();
}
