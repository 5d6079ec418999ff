/** Counts refused requests and writes them gathered: never in a request's way, however many come. */
import { hash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';

export interface RefusedRequest {
  readonly userId: string | null;
  readonly keyId: string | null;
  readonly code: string;
  readonly statusCode: number;
  readonly model: string | null;
  readonly endpoint: string;
  readonly message: string;
  readonly ipAddress: string | null;
}

export interface RefusalWriter {
  /** Counts one refusal; never throws, never waits. */
  record(refused: RefusedRequest): void;
  /** Writes what is gathered. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Gathered extends RefusedRequest {
  readonly id: string;
  readonly minute: number;
  readonly createdAt: number;
  lastAt: number;
  requests: number;
}

const FLUSH_MS = 1_000;
const MINUTE_MS = 60_000;
/** Past this many different refusals a second the rest goes uncounted, so that a flood cannot fill the memory. */
const MOST_GATHERED = 2_000;

export function createRefusalWriter({ db, clock, log }: Pick<GatewayContext, 'db' | 'clock' | 'log'>): RefusalWriter {
  let gathered = new Map<string, Gathered>();
  let writing: Promise<void> = Promise.resolve();

  const write = async (batch: readonly Gathered[]): Promise<void> => {
    const { refusals } = db.tables;
    try {
      await db.tx(async (tx) => {
        for (const row of batch) {
          await tx
            .insert(refusals)
            .values(row)
            .onConflictDoUpdate({
              target: refusals.id,
              set: { requests: sql`${refusals.requests} + ${row.requests}`, lastAt: row.lastAt, message: row.message },
            });
        }
      });
    } catch (err) {
      log.warn({ err, refusals: batch.length }, 'Refused requests could not be listed');
    }
  };
  const flush = (): Promise<void> => {
    if (gathered.size > 0) {
      const batch = [...gathered.values()];
      gathered = new Map();
      writing = writing.then(() => write(batch));
    }
    return writing;
  };
  const timer = setInterval(() => void flush(), FLUSH_MS).unref();

  return {
    record(refused) {
      const now = clock.now();
      const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
      const { userId, keyId, code, model, endpoint, ipAddress } = refused;
      const id = `rfs_${minute}_${hash('sha256', JSON.stringify([userId, keyId, code, model, endpoint, ipAddress]), 'hex').slice(0, 24)}`;
      const known = gathered.get(id);
      if (known) {
        known.requests++;
        known.lastAt = now;
      } else if (gathered.size < MOST_GATHERED) {
        gathered.set(id, { ...refused, id, minute, createdAt: now, lastAt: now, requests: 1 });
      }
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
