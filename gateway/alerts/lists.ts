/** Alerts as operators see them. */
import { and, eq, inArray, isNotNull, isNull, max, type SQL, sql } from 'drizzle-orm';
import { containsText, pageOf } from '../api/paging.ts';
import type { GatewayContext } from '../context.ts';
import { type Alert, type AlertCounts, type AlertsQuery, alertKindSchema } from '../contract/alerts.ts';
import type { List } from '../contract/common.ts';
import type { Queries, Tables } from '../db/database.ts';

/** One page. What a higher alert took the place of is left out: it never was anybody's business. */
export async function listAlerts({ db }: GatewayContext, query: AlertsQuery): Promise<List<Alert>> {
  const { alerts, users } = db.tables;
  const { id, kind, createdAt, resolvedAt } = alerts;
  const page = pageOf(query, { fields: { createdAt, resolvedAt, kind }, id, fallback: '-createdAt' });
  const matches = and(
    condition(db, query.status),
    query.kind && inArray(kind, query.kind),
    query.user === undefined ? undefined : eq(alerts.userId, query.user),
    query.search ? containsText([kind, users.name, users.email], query.search) : undefined,
  );
  const rows = await selectAlerts(db, page.keys)
    .where(and(matches, page.after))
    .orderBy(...page.orderBy)
    .limit(page.limit);
  const [counted] = await db
    .select({ total: sql<number>`count(*)`.mapWith(Number) })
    .from(alerts)
    .leftJoin(users, eq(users.id, alerts.userId))
    .where(matches);
  return page.finish(rows, counted?.total ?? 0, toAlert);
}

export async function findAlert(db: Queries, id: string): Promise<Alert | null> {
  const [row] = await selectAlerts(db).where(eq(db.tables.alerts.id, id));
  return row ? toAlert(row) : null;
}

export async function countAlerts({ db }: GatewayContext): Promise<AlertCounts> {
  const { alerts } = db.tables;
  const rows = await db
    .select({ kind: alerts.kind, count: sql<number>`count(*)`.mapWith(Number) })
    .from(alerts)
    .where(isNull(alerts.resolvedAt))
    .groupBy(alerts.kind);
  const [newest] = await db.select({ at: max(alerts.createdAt) }).from(alerts);
  const byKind = Object.fromEntries(
    alertKindSchema.options.map((kind) => [kind, rows.find((row) => row.kind === kind)?.count ?? 0]),
  ) as AlertCounts['byKind'];
  return { open: rows.reduce((sum, { count }) => sum + count, 0), byKind, lastAt: newest?.at ?? null };
}

function condition(db: Queries, status: AlertsQuery['status']): SQL | undefined {
  const { alerts } = db.tables;
  const wasShown = sql`coalesce(${alerts.resolvedBy}, '') <> 'superseded' or ${alerts.resolvedAt} > ${alerts.createdAt}`;
  switch (status) {
    case 'open':
      return isNull(alerts.resolvedAt);
    case 'resolved':
      return and(isNotNull(alerts.resolvedAt), sql`(${wasShown})`);
    case 'all':
      return sql`(${wasShown})`;
  }
}

const NO_KEYS = { sortValue: sql`null`, sortId: sql`null` };

function selectAlerts(db: Queries, keys = NO_KEYS) {
  const { alerts, users } = db.tables;
  return db
    .select({ row: alerts, name: users.name, email: users.email, ...keys })
    .from(alerts)
    .leftJoin(users, eq(users.id, alerts.userId));
}

interface AlertRow {
  readonly row: Tables['alerts']['$inferSelect'];
  readonly name: string | null;
  readonly email: string | null;
}

function toAlert({ row, name, email }: AlertRow): Alert {
  const { id, kind, userId, period, details, createdAt, resolvedAt, resolvedBy } = row;
  const user = userId === null ? null : { id: userId, name: name || email || userId, email };
  return { id, kind, user, period, details, createdAt, resolvedAt, resolvedBy };
}
