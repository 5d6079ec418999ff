/** What gateways on one database tell each other: LISTEN/NOTIFY over one connection that is made again when it breaks. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { connectionString } from './postgres-pool.ts';

/** Messages between the gateways of one database. */
export interface Notices {
  /** Tells all others. Resolves when the database has taken it. */
  publish(message: string): Promise<void>;
  /**
   * @param onMessage what any gateway published, this one too
   * @param onGap messages may have been missed: the connection was lost or made anew
   */
  listen(onMessage: (message: string) => void, onGap: () => void): Promise<void>;
  /** Whether messages arrive now. */
  isConnected(): boolean;
  close(): Promise<void>;
}

const CHANNEL = 'ia_solaris';
/** Until messages arrive again, listeners are told of a gap so often: what they keep is never older. */
const GAP_MS = 500;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;
/** The echo of the first message shows that messages arrive; a pooler between transactions swallows them. */
const ECHO_MS = 2_000;

export function createNotices(url: string, send: (message: string) => Promise<unknown>): Notices {
  let client: Client | null = null;
  let closed = false;
  let connected = false;
  let gaps: NodeJS.Timeout | null = null;
  let onMessage: (message: string) => void = () => undefined;
  let onGap: () => void = () => undefined;

  const setConnected = (now: boolean) => {
    connected = now;
    if (gaps) clearInterval(gaps);
    gaps = now || closed ? null : setInterval(() => onGap(), GAP_MS).unref();
  };

  /** Makes one connection. @returns `lost`, which resolves when it breaks */
  const connectOnce = async (): Promise<{ lost: Promise<void> }> => {
    const pg = await import('pg');
    const { Client: PgClient } = pg.default ?? pg;
    const made = new PgClient({
      connectionString: connectionString(url),
      application_name: 'ia-solaris notices',
      keepAlive: true,
      // A wire that was cut without a word is noticed by this alone: nothing is ever sent on it.
      keepAliveInitialDelayMillis: 10_000,
    });
    const lost = new Promise<void>((resolve) => {
      made.on('error', () => resolve());
      made.on('end', () => resolve());
    });
    client = made;
    await made.connect();
    const echo = `echo:${Math.random()}`;
    const heard = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), ECHO_MS).unref();
      made.on('notification', ({ payload = '' }) => {
        if (payload !== echo) return payload.startsWith('echo:') ? undefined : onMessage(payload);
        clearTimeout(timer);
        resolve(true);
      });
    });
    await made.query(`LISTEN ${CHANNEL}`);
    await made.query('SELECT pg_notify($1, $2)', [CHANNEL, echo]);
    if (await heard) setConnected(true);
    // Whatever was said while nobody listened is made up for.
    onGap();
    return { lost };
  };

  const keepConnected = async (first: { lost: Promise<void> } | null): Promise<void> => {
    let waitMs = FIRST_RETRY_MS;
    let current = first;
    while (!closed) {
      await current?.lost;
      setConnected(false);
      await client?.end().catch(() => undefined);
      if (closed) return;
      await sleep(waitMs, undefined, { ref: false });
      if (closed) return;
      current = await connectOnce().catch(() => null);
      waitMs = current ? FIRST_RETRY_MS : Math.min(LONGEST_RETRY_MS, waitMs * 2);
    }
  };

  return {
    async publish(message) {
      await send(message);
    },
    async listen(heard, missed) {
      onMessage = heard;
      onGap = missed;
      setConnected(false);
      void keepConnected(await connectOnce().catch(() => null));
    },
    isConnected: () => connected,
    async close() {
      closed = true;
      setConnected(false);
      await client?.end().catch(() => undefined);
    },
  };
}

export const PUBLISH = `SELECT pg_notify('${CHANNEL}', $1)`;
