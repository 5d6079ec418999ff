/** What users are called, for lists that hold their ids. */
import { inArray } from 'drizzle-orm';
import type { Queries } from '../db/database.ts';

/** @returns by id: the name, else the e-mail; nothing for those who have neither any more */
export async function userNames(db: Queries, ids: readonly (string | null)[]): Promise<Map<string, string>> {
  const { users } = db.tables;
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const { id, name, email } = users;
  const found = await db.select({ id, name, email }).from(users).where(inArray(id, wanted));
  return new Map(
    found.map((user) => [user.id, user.name || (user.email ?? '')] as const).filter(([, text]) => text !== ''),
  );
}
