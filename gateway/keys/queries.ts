/** Reads and writes of keys. */
import { and, eq, inArray, isNotNull, isNull } from 'drizzle-orm';
import { containsWords, pageOf } from '../api/paging.ts';
import type { List } from '../contract/common.ts';
import type { KeysQuery, ListedKey } from '../contract/keys.ts';
import type { Queries } from '../db/database.ts';
import { userNames } from '../identity/names.ts';
import { toKey } from './rows.ts';

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

/** One page of keys; revoked ones too, unless the query says otherwise. */
export async function listKeys(db: Queries, query: KeysQuery): Promise<List<ListedKey>> {
  const { keys } = db.tables;
  const { id, name, kind, userId, createdAt, lastUsedAt, revokedAt } = keys;
  const page = pageOf(query, { fields: { name, createdAt, lastUsedAt }, id, fallback: '-createdAt' });
  const matches = and(
    query.kind && query.kind.length > 0 ? inArray(kind, query.kind) : undefined,
    query.user === undefined ? undefined : eq(userId, query.user),
    query.revoked === undefined ? undefined : query.revoked === 'true' ? isNotNull(revokedAt) : isNull(revokedAt),
    query.search ? containsWords([name, keys.hint], query.search) : undefined,
  );
  const rows = await db
    .select({ row: keys, ...page.keys })
    .from(keys)
    .where(and(matches, page.after))
    .orderBy(...page.orderBy)
    .limit(page.limit);
  const names = await userNames(
    db,
    rows.map(({ row }) => row.userId),
  );
  return page.finish(rows, await db.$count(keys, matches), ({ row }) => ({
    ...toKey(row),
    userName: (row.userId === null ? undefined : names.get(row.userId)) ?? null,
  }));
}
