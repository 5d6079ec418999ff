/** Reads and writes of keys. */
import { and, eq, isNull } from 'drizzle-orm';
import type { Queries } from '../db/database.ts';

export type KeyRow = Queries['tables']['keys']['$inferSelect'];
export type NewKeyRow = Queries['tables']['keys']['$inferInsert'];

/** The key that is not revoked and whose secret has this SHA-256 (hex); null when there is none. */
export async function findKeyByHash(db: Queries, hash: string): Promise<KeyRow | null> {
  const { keys } = db.tables;
  const [row] = await db
    .select()
    .from(keys)
    .where(and(eq(keys.hash, hash), isNull(keys.revokedAt)))
    .limit(1);
  return row ?? null;
}

/** The key with this id, revoked or not. */
export async function findKey(db: Queries, id: string): Promise<KeyRow | null> {
  const { keys } = db.tables;
  const [row] = await db.select().from(keys).where(eq(keys.id, id)).limit(1);
  return row ?? null;
}

/** @throws a unique violation when a key with the same hash exists, revoked ones included */
export async function insertKey(db: Queries, row: NewKeyRow): Promise<void> {
  await db.insert(db.tables.keys).values(row);
}

/** @returns the ids of the keys that this call revoked */
export async function revokeKeys(
  db: Queries,
  which: { id: string } | { userId: string },
  at: number,
): Promise<string[]> {
  const { keys } = db.tables;
  const target = 'id' in which ? eq(keys.id, which.id) : eq(keys.userId, which.userId);
  const revoked = await db
    .update(keys)
    .set({ revokedAt: at })
    .where(and(target, isNull(keys.revokedAt)))
    .returning({ id: keys.id });
  return revoked.map((row) => row.id);
}
