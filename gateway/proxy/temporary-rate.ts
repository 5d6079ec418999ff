/** The rate limit of users whose use was unusual: few, so that theirs may be counted where every gateway sees it. */
import { and, desc, eq, gte } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import { firstIdAt, idTime } from '../db/ids.ts';
import type { KnownUser } from '../identity/directory.ts';

export type TemporaryRate = NonNullable<KnownUser['temporaryRate']>;

const MINUTE_MS = 60_000;

/** The limit that is in force now; null without, or when it is over. */
export function rateNow({ clock }: Pick<GatewayContext, 'clock'>, user: KnownUser): TemporaryRate | null {
  return user.temporaryRate !== null && user.temporaryRate.until > clock.now() ? user.temporaryRate : null;
}

/**
 * Looks at the requests of the last 60 seconds, whichever gateway let them through. Requests at the same moment do not
 * see each other here: the count of each gateway stands beside it.
 *
 * @returns 0 when one more may go on, else the seconds to wait
 */
export async function waitAmongAll(
  { db, clock }: Pick<GatewayContext, 'db' | 'clock'>,
  userId: string,
  perMinute: number,
): Promise<number> {
  const { usageRecords } = db.tables;
  const now = clock.now();
  const rows = await db
    .select({ id: usageRecords.id })
    .from(usageRecords)
    .where(and(eq(usageRecords.userId, userId), gte(usageRecords.id, firstIdAt('req', now - MINUTE_MS + 1))))
    .orderBy(desc(usageRecords.id))
    .limit(perMinute);
  const oldest = rows[perMinute - 1];
  return oldest ? Math.max(1, Math.ceil((idTime(oldest.id) + MINUTE_MS - now) / 1_000)) : 0;
}
