/** Whose turn it is: of the gateways that share a database one looks at a time, and begins where the last one ended. */
import { and, eq } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';

const KEY = 'anomalies';
/** A gateway that said nothing for so long has died in the middle: another looks again. */
const LEASE_MS = 2 * 60_000;

interface State {
  /** Until when everything was looked at, epoch milliseconds. */
  readonly lookedAt: number;
  /** Who looks now. */
  readonly owner: string | null;
  readonly leaseUntil: number;
}

export interface Turn {
  /** From when on nobody has looked yet. */
  readonly since: number;
  /** @returns false when somebody else took over */
  renew(): Promise<boolean>;
  /** @param until everything before it was looked at */
  end(until: number): Promise<void>;
}

/**
 * Takes the turn.
 *
 * @param everyMs after the last look
 * @returns null when it is not time yet, or when another gateway looks
 */
export async function takeTurn(context: GatewayContext, everyMs: number): Promise<Turn | null> {
  const { db, clock, gatewayId } = context;
  const { installation } = db.tables;
  const now = clock.now();
  let [{ value } = { value: '' }] = await db
    .select({ value: installation.value })
    .from(installation)
    .where(eq(installation.key, KEY));
  if (value === '') {
    value = write({ lookedAt: 0, owner: null, leaseUntil: 0 });
    await db.insert(installation).values({ key: KEY, value }).onConflictDoNothing();
  }
  const { lookedAt, owner, leaseUntil } = read(value);
  // A clock that was set back must not end the looking: hence the amount.
  if (Math.abs(now - lookedAt) < everyMs) return null;
  if (owner !== null && leaseUntil > now) return null;

  /** Only while nobody else has written it since. */
  const replace = async (next: State): Promise<boolean> => {
    const rows = await db
      .update(installation)
      .set({ value: write(next) })
      .where(and(eq(installation.key, KEY), eq(installation.value, value)))
      .returning({ key: installation.key });
    value = write(next);
    return rows.length > 0;
  };
  const renew = () => replace({ lookedAt, owner: gatewayId, leaseUntil: clock.now() + LEASE_MS });
  if (!(await renew())) return null;
  return {
    since: lookedAt,
    renew,
    async end(until) {
      await replace({ lookedAt: until, owner: null, leaseUntil: 0 });
    },
  };
}

const write = (state: State): string => JSON.stringify(state);

/** What cannot be read is no turn of anybody. */
function read(value: string): State {
  try {
    const { lookedAt, owner, leaseUntil } = JSON.parse(value) as State;
    return { lookedAt: Number(lookedAt) || 0, owner: owner ?? null, leaseUntil: Number(leaseUntil) || 0 };
  } catch {
    return { lookedAt: 0, owner: null, leaseUntil: 0 };
  }
}
