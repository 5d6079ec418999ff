/** From when on all requests are kept one by one. Whoever lists them says so: else it looks as if nothing had happened before. */
import { eq } from 'drizzle-orm';
import type { Queries, Tx } from '../db/database.ts';

const KEY = 'usage_kept_from';

/** Epoch milliseconds; null while none were deleted. */
export async function usageKeptFrom(db: Queries): Promise<number | null> {
  const { installation } = db.tables;
  const [row] = await db.select().from(installation).where(eq(installation.key, KEY));
  return row ? Number(row.value) : null;
}

/** Written with the first records that go. What was deleted once stays so when more is kept later. */
export async function noteKeptFrom(tx: Tx, at: number): Promise<void> {
  const { installation } = tx.tables;
  const value = String(Math.max(at, (await usageKeptFrom(tx)) ?? 0));
  await tx
    .insert(installation)
    .values({ key: KEY, value })
    .onConflictDoUpdate({ target: installation.key, set: { value } });
}
