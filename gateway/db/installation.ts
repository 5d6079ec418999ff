/** What the database as a whole remembers: a value by a key. */
import { eq } from 'drizzle-orm';
import type { Queries, Tx } from './database.ts';

/** Null where nothing was written under the key. */
export async function readInstallation(db: Queries, key: string): Promise<string | null> {
  const { installation } = db.tables;
  const [row] = await db.select().from(installation).where(eq(installation.key, key));
  return row?.value ?? null;
}

/** Takes the place of what was there. */
export async function writeInstallation(tx: Tx, key: string, value: string): Promise<void> {
  const { installation } = tx.tables;
  await tx.insert(installation).values({ key, value }).onConflictDoUpdate({ target: installation.key, set: { value } });
}
