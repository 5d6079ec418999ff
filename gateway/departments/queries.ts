/** Reads of departments, with what their members use and reserve in this period. */
import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import { containsWords, type PageKeys, pageOf } from '../api/paging.ts';
import type { GatewayContext } from '../context.ts';
import type { List, ListQuery } from '../contract/common.ts';
import type { Department } from '../contract/departments.ts';
import type { Queries } from '../db/database.ts';
import { TEAM_ID } from '../db/seed.ts';

export type DepartmentRow = Queries['tables']['departments']['$inferSelect'];

export async function findDepartmentRow(db: Queries, id: string): Promise<DepartmentRow | null> {
  const { departments } = db.tables;
  const [row] = await db.select().from(departments).where(eq(departments.id, id));
  return row ?? null;
}

/** A department as the API shows it; null when there is none. */
export async function findDepartment(context: GatewayContext, db: Queries, id: string): Promise<Department | null> {
  const period = periodOf(context);
  const [row] = await selectDepartments(db, period).where(eq(db.tables.departments.id, id));
  if (!row) return null;
  const members = await membersOf(db, [id]);
  return toDepartment(row, period, members.get(id) ?? 0);
}

export async function listDepartments(context: GatewayContext, query: ListQuery): Promise<List<Department>> {
  const { db } = context;
  const { departments } = db.tables;
  const { id, name, createdAt } = departments;
  const period = periodOf(context);
  const page = pageOf(query, { fields: { id, name, createdAt }, id, fallback: 'name' });
  const matches = query.search ? containsWords([id, name], query.search) : undefined;
  const rows = await selectDepartments(db, period, page.keys)
    .where(and(matches, page.after))
    .orderBy(...page.orderBy)
    .limit(page.limit);
  const total = await db.$count(departments, matches);
  const members = await membersOf(
    db,
    rows.map(({ row }) => row.id),
  );
  return page.finish(rows, total, (row) => toDepartment(row, period, members.get(row.row.id) ?? 0));
}

function periodOf({ clock, calendar }: GatewayContext): string {
  return calendar().period(clock.now()).id;
}

const NO_KEYS: PageKeys = { sortValue: sql`null`, sortId: sql`null` };

function selectDepartments(db: Queries, period: string, keys: PageKeys = NO_KEYS) {
  const { departments, departmentPeriods } = db.tables;
  return db
    .select({ row: departments, figures: departmentPeriods, ...keys })
    .from(departments)
    .leftJoin(
      departmentPeriods,
      and(eq(departmentPeriods.departmentId, departments.id), eq(departmentPeriods.period, period)),
    );
}

interface JoinedRow {
  readonly row: DepartmentRow;
  readonly figures: Queries['tables']['departmentPeriods']['$inferSelect'] | null;
}

function toDepartment({ row, figures }: JoinedRow, period: string, users: number): Department {
  const { id, name, capTokens, capMicroUsd, stopAtCap, createdAt, updatedAt } = row;
  return {
    id,
    name,
    capTokens,
    capMicroUsd,
    stopAtCap,
    period,
    usedTokens: figures?.usedTokens ?? 0,
    usedMicroUsd: figures?.usedMicroUsd ?? 0,
    heldTokens: figures?.heldTokens ?? 0,
    heldMicroUsd: figures?.heldMicroUsd ?? 0,
    users,
    createdAt,
    updatedAt,
  };
}

/** How many users belong to each; everybody belongs to the team. */
async function membersOf(db: Queries, ids: string[]): Promise<Map<string, number>> {
  const { users } = db.tables;
  const alive = ne(users.status, 'deleted');
  const members = new Map<string, number>();
  if (ids.includes(TEAM_ID)) members.set(TEAM_ID, await db.$count(users, alive));
  if (ids.length === 0) return members;
  const rows = await db
    .select({ id: users.departmentId, count: sql<number>`count(*)`.mapWith(Number) })
    .from(users)
    .where(and(inArray(users.departmentId, ids), alive))
    .groupBy(users.departmentId);
  for (const { id, count } of rows) if (id !== null) members.set(id, count);
  return members;
}
