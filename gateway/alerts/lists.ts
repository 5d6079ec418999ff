/** Alerts as operators see them. */
import { and, eq, inArray, isNotNull, isNull, max, or, type SQL, sql } from 'drizzle-orm';
import { usersNamed } from '../accounts/queries.ts';
import { inForceOf } from '../anomalies/in-force.ts';
import { containsText, inOrderOf, pageOf } from '../api/paging.ts';
import type { GatewayContext } from '../context.ts';
import { type Alert, type AlertCounts, type AlertsQuery, alertKindSchema } from '../contract/alerts.ts';
import type { List } from '../contract/common.ts';
import type { Queries, Tables } from '../db/database.ts';

/** One page. What a higher alert took the place of is left out: it never was anybody's business. */
export async function listAlerts({ db, clock }: GatewayContext, query: AlertsQuery): Promise<List<Alert>> {
  const { alerts } = db.tables;
  const { id, kind, createdAt, resolvedAt } = alerts;
  const page = pageOf(query, { fields: { createdAt, resolvedAt, kind }, id, fallback: '-createdAt' });
  const matches = and(
    condition(db, query.status),
    query.kind && inArray(kind, query.kind),
    query.user === undefined ? undefined : eq(alerts.userId, query.user),
    query.search
      ? or(containsText([kind], query.search), inArray(alerts.userId, usersNamed(db, query.search)))
      : undefined,
  );
  const keys = await db
    .select({ ...page.keys })
    .from(alerts)
    .where(and(matches, page.after))
    .orderBy(...page.orderBy)
    .limit(page.limit);
  const ids = keys.map(({ sortId }) => String(sortId));
  const rows = ids.length === 0 ? [] : await selectAlerts(db).where(inArray(id, ids));
  const total = await page.total(keys, () => db.$count(alerts, matches));
  const found = inOrderOf(keys, rows, ({ row }) => row.id);
  const now = clock.now();
  return page.finish(found, total, (row) => toAlert(row, now));
}

/** @param now epoch milliseconds, at which its step is in force or not */
export async function findAlert(db: Queries, id: string, now: number): Promise<Alert | null> {
  const [row] = await selectAlerts(db).where(eq(db.tables.alerts.id, id));
  return row ? toAlert(row, now) : null;
}

export async function countAlerts({ db }: GatewayContext): Promise<AlertCounts> {
  const { alerts } = db.tables;
  const rows = await db
    .select({ kind: alerts.kind, count: sql<number>`count(*)`.mapWith(Number) })
    .from(alerts)
    .where(isNull(alerts.resolvedAt))
    .groupBy(alerts.kind);
  const [newest] = await db
    .select({ at: max(alerts.createdAt) })
    .from(alerts)
    .where(condition(db, 'all'));
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

function selectAlerts(db: Queries) {
  const { alerts, users } = db.tables;
  return db.select({ row: alerts, user: users }).from(alerts).leftJoin(users, eq(users.id, alerts.userId));
}

interface AlertRow {
  readonly row: Tables['alerts']['$inferSelect'];
  readonly user: Tables['users']['$inferSelect'] | null;
}

function toAlert({ row, user: about }: AlertRow, now: number): Alert {
  const { id, kind, userId, period, details, createdAt, resolvedAt, resolvedBy, falseAlarmAt } = row;
  const email = about?.email ?? null;
  const user = userId === null ? null : { id: userId, name: about?.name || email || userId, email };
  const force = about && kind === 'anomaly' ? inForceOf(about, id, now) : { limit: false, suspend: false };
  const inForce = force.suspend ? 'suspend' : force.limit ? 'limit' : null;
  return { id, kind, user, period, details, createdAt, resolvedAt, resolvedBy, falseAlarmAt, inForce };
}
