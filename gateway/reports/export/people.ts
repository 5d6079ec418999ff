/** The names behind the ids of a list's page, for files that are read without a console beside them. */
import { inArray } from 'drizzle-orm';
import type { List } from '../../contract/common.ts';
import type { Queries } from '../../db/database.ts';

/** Null for nobody, and for whoever was erased. */
export interface Named {
  readonly person: { readonly name: string; readonly email: string | null } | null;
}

export async function withPeople<Item extends { readonly userId: string | null }, Page extends List<Item>>(
  db: Queries,
  page: Page & List<Item>,
): Promise<Page & List<Item & Named>> {
  const { id, name, email } = db.tables.users;
  const ids = [...new Set(page.items.flatMap((item) => item.userId ?? []))];
  const rows =
    ids.length === 0 ? [] : await db.select({ id, name, email }).from(db.tables.users).where(inArray(id, ids));
  const people = new Map(rows.map((row) => [row.id, row]));
  const items = page.items.map((item) => ({ ...item, person: people.get(item.userId ?? '') ?? null }));
  return { ...page, items };
}

/** What plans and departments are called. */
export interface PlaceNames {
  readonly plans: ReadonlyMap<string, string>;
  readonly departments: ReadonlyMap<string, string>;
}

export async function placeNames(db: Queries): Promise<PlaceNames> {
  const { plans, departments } = db.tables;
  const [planRows, departmentRows] = await Promise.all([
    db.select({ id: plans.id, name: plans.name }).from(plans),
    db.select({ id: departments.id, name: departments.name }).from(departments),
  ]);
  const named = (rows: readonly { id: string; name: string }[]) => new Map(rows.map(({ id, name }) => [id, name]));
  return { plans: named(planRows), departments: named(departmentRows) };
}
