/** Keeps refused requests: gathered in memory, written once a second, summed by minute, who and why. */
import { hash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Tables } from '../db/database.ts';

export interface RefusedRequest {
  readonly userId: string | null;
  readonly keyId: string | null;
  /** Machine-readable, such as `insufficient_quota`. */
  readonly code: string;
  readonly statusCode: number;
  readonly model: string | null;
  readonly endpoint: string;
  /** What the client was told. */
  readonly message: string;
  readonly ipAddress: string | null;
}

export interface RefusalWriter {
  /** Notes a refused request. Costs nothing but memory, and never fails. */
  record(refused: RefusedRequest): void;
  /** Resolves when everything noted so far is written, or could not be and waits for the next time. */
  flush(): Promise<void>;
  /** The last flush; nothing is written by itself after. */
  close(): Promise<void>;
}

type RefusalRow = Tables['refusals']['$inferInsert'];

const MINUTE_MS = 60_000;
const FLUSH_AFTER_MS = 1_000;
/** Rows that one minute may make; what comes beyond is counted by its code alone, so that no flood fills the disk. */
const ROWS_PER_MINUTE = 200;
const ROWS_PER_STATEMENT = 200;
/** Rows that wait in memory while the database is away. */
const MOST_WAITING = 2_000;
const LONGEST_TEXT = 500;

export function createRefusalWriter(context: GatewayContext): RefusalWriter {
  const { db, clock, log } = context;
  let waiting = new Map<string, RefusalRow>();
  let minute = 0;
  let rowsOfMinute = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  let writing: Promise<void> = Promise.resolve();

  const keep = (row: RefusalRow) => {
    const known = waiting.get(row.id);
    if (known) {
      known.requests += row.requests;
      known.lastAt = Math.max(known.lastAt, row.lastAt);
    } else if (waiting.size < MOST_WAITING) {
      waiting.set(row.id, row);
    }
  };

  const write = async () => {
    const rows = [...waiting.values()];
    if (rows.length === 0) return;
    waiting = new Map();
    const { refusals } = db.tables;
    try {
      while (rows.length > 0) {
        await db
          .insert(refusals)
          .values(rows.slice(0, ROWS_PER_STATEMENT))
          .onConflictDoUpdate({
            target: refusals.id,
            set: { requests: sql`${refusals.requests} + excluded.requests`, lastAt: sql`excluded.last_at` },
          });
        rows.splice(0, ROWS_PER_STATEMENT);
      }
    } catch (err) {
      for (const row of rows) keep(row);
      log.warn({ err, rows: rows.length }, 'Refused requests could not be written; they wait for the next time');
    }
  };

  const flush = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    writing = writing.then(write).finally(schedule);
    return writing;
  };

  function schedule(): void {
    if (closed || timer || waiting.size === 0) return;
    timer = setTimeout(() => void flush(), FLUSH_AFTER_MS);
    timer.unref();
  }

  return {
    record(refused) {
      const at = clock.now();
      const now = Math.floor(at / MINUTE_MS) * MINUTE_MS;
      if (now !== minute) {
        minute = now;
        rowsOfMinute = new Set();
      }
      let row = rowOf(refused, minute, at);
      if (!rowsOfMinute.has(row.id) && rowsOfMinute.size >= ROWS_PER_MINUTE)
        row = rowOf(withoutWho(refused), minute, at);
      else rowsOfMinute.add(row.id);
      keep(row);
      schedule();
    },
    flush,
    async close() {
      closed = true;
      await flush();
    },
  };
}

/** The row of one refused request; its id says minute, who and why. */
function rowOf(refused: RefusedRequest, minute: number, at: number): RefusalRow {
  const { userId, keyId, code, statusCode, ipAddress } = refused;
  const model = refused.model?.slice(0, LONGEST_TEXT) ?? null;
  const endpoint = refused.endpoint.slice(0, LONGEST_TEXT);
  const who = userId ?? (keyId === null ? ipAddress : `${keyId} ${ipAddress}`);
  const key = JSON.stringify([minute, who, code, statusCode, model, endpoint]);
  return {
    id: `ref_${hash('sha256', key, 'hex').slice(0, 32)}`,
    minute,
    userId,
    keyId,
    code,
    statusCode,
    model,
    endpoint,
    message: refused.message.slice(0, LONGEST_TEXT),
    ipAddress,
    requests: 1,
    createdAt: at,
    lastAt: at,
  };
}

function withoutWho(refused: RefusedRequest): RefusedRequest {
  return { ...refused, userId: null, keyId: null, model: null, ipAddress: null };
}
