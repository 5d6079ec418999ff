/**
 * What users are searched by, and sorted by their names with: kept beside name and address, because neither engine folds
 * accents by itself, nor both alike. Whoever writes a name or an address writes it, too.
 */
import { and, eq, isNotNull, ne, or } from 'drizzle-orm';
import { folded } from '../contract/folded.ts';
import type { Database } from '../db/database.ts';

/** The name first, so that it sorts by it. Empty for who has neither. */
export function searchTextOf({ name, email }: { name: string; email: string | null }): string {
  return name === '' && email === null ? '' : `${folded(name)}\n${folded(email ?? '')}`;
}

const BATCH = 500;

/** For the start: writes it of whoever an older version made. */
export async function fillSearchTexts(db: Database): Promise<void> {
  const { users } = db.tables;
  const rows = await db
    .select({ id: users.id, name: users.name, email: users.email })
    .from(users)
    .where(and(eq(users.searchText, ''), or(ne(users.name, ''), isNotNull(users.email))));
  for (let start = 0; start < rows.length; start += BATCH)
    await db.tx(async (tx) => {
      for (const row of rows.slice(start, start + BATCH))
        await tx
          .update(users)
          .set({ searchText: searchTextOf(row) })
          .where(eq(users.id, row.id));
    });
}
