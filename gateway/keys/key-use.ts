/** When keys were last used: remembered in memory and written now and then, behind the requests and never in their way. */
import { and, eq, isNull, lt, or } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import { createRemembered } from '../ops/remembered.ts';

export interface KeyUse {
  /** Notes that a key was used just now. Never fails, and costs a look into memory. */
  note(keyId: string): void;
  /** Resolves when nothing of it is being written. */
  close(): Promise<void>;
}

/** `lastUsedAt` is exact to this many milliseconds: no busier key writes more often. */
export const KEY_USE_PRECISION_MS = 10 * 60_000;
/** As many as are remembered for their secrets. */
const REMEMBERED_KEYS = 10_000;

export function createKeyUse({ db, clock, log }: Pick<GatewayContext, 'db' | 'clock' | 'log'>): KeyUse {
  const { keys } = db.tables;
  const notedAt = createRemembered<number>(REMEMBERED_KEYS);
  let writing: Promise<void> = Promise.resolve();

  const write = async (keyId: string, at: number): Promise<void> => {
    // Several gateways note the same key, each when it likes: the latest counts.
    const isEarlier = or(isNull(keys.lastUsedAt), lt(keys.lastUsedAt, at));
    try {
      await db
        .update(keys)
        .set({ lastUsedAt: at })
        .where(and(eq(keys.id, keyId), isEarlier));
    } catch (err) {
      notedAt.delete(keyId);
      log.warn({ err, keyId }, 'The use of a key was not noted; its next use is');
    }
  };

  return {
    note(keyId) {
      const now = clock.now();
      const known = notedAt.get(keyId);
      // A clock that was set back must not silence a key: hence the amount.
      if (known !== undefined && Math.abs(now - known) < KEY_USE_PRECISION_MS) return;
      notedAt.set(keyId, now);
      // One after another: with many personal keys a morning must not take all connections of the requests.
      writing = writing.then(() => write(keyId, now));
    },
    close: () => writing,
  };
}
