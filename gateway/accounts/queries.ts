/** Reads of users, always with plan and period, as the API shows them. */
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { containsFolded, inOrderOf, type ListOrder, pageOf } from '../api/paging.ts';
import type { GatewayContext } from '../context.ts';
import type { List } from '../contract/common.ts';
import type { User, UserProfile, UserSort, UsersQuery } from '../contract/users.ts';
import type { Queries } from '../db/database.ts';
import type { UserStatus } from '../db/json-columns.ts';
import type { Period } from '../ledger/periods.ts';
import { shareUsed } from '../ledger/sizing.ts';
import { type AccountFigures, balanceOf, type LimitPolicy, standingOf } from '../ledger/standing.ts';
import { figureExpressions } from './figures.ts';
import { statusNow, suspensionOver } from './status-now.ts';
import { type UserFilter, userCondition } from './user-filter.ts';

export type UserRow = Queries['tables']['users']['$inferSelect'];

/** What the figures of users depend on, taken once for a whole list. */
export interface Outlook {
  readonly now: number;
  readonly period: Period;
  readonly policy: LimitPolicy;
}

export function outlookOf(context: GatewayContext): Outlook {
  const now = context.clock.now();
  const { defaultMonthlyLimit, blockThreshold } = context.settings.current();
  return { now, period: context.calendar().period(now), policy: { defaultMonthlyLimit, blockThreshold } };
}

/** The row of a user, deleted or not; null when there is none. */
export async function findUserRow(db: Queries, id: string): Promise<UserRow | null> {
  const { users } = db.tables;
  const [row] = await db.select().from(users).where(eq(users.id, id));
  return row ?? null;
}

/** Of one statement: engines bound how many values it may have. */
const IDS_AT_ONCE = 500;

/** The rows of users, deleted or not, in no order. Ids that nobody has are left out. */
export async function findUserRows(db: Queries, ids: readonly string[]): Promise<UserRow[]> {
  const { users } = db.tables;
  const rows: UserRow[] = [];
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
    const part = ids.slice(start, start + IDS_AT_ONCE);
    rows.push(...(await db.select().from(users).where(inArray(users.id, part))));
  }
  return rows;
}

/** A user as the API shows it, deleted or not; null when there is none. */
export async function findUser(db: Queries, outlook: Outlook, id: string): Promise<User | null> {
  const [row] = await selectUsers(db, outlook).where(eq(db.tables.users.id, id));
  return row ? toUser(row, outlook) : null;
}

/** Users by id, in no order. */
export async function findUsers(db: Queries, outlook: Outlook, ids: readonly string[]): Promise<User[]> {
  if (ids.length === 0) return [];
  const rows = await selectUsers(db, outlook).where(inArray(db.tables.users.id, [...ids]));
  return rows.map((row) => toUser(row, outlook));
}

/** One page of the users that match. Deleted ones are left out unless the filter names their status. */
export async function listUsers(context: GatewayContext, query: UsersQuery): Promise<List<User>> {
  const { db } = context;
  const { users, plans, userPeriods } = db.tables;
  const outlook = outlookOf(context);
  const page = pageOf(query, userOrder(db, outlook));
  const matches = userCondition(db, context.calendar(), outlook, query);
  // Every user has a plan: a left join is left out by the database where nothing of the plan or period is asked for.
  const keys = await db
    .select({ ...page.keys })
    .from(users)
    .leftJoin(plans, eq(plans.id, users.planId))
    .leftJoin(userPeriods, ofPeriod(db, outlook.period))
    .where(and(matches, page.after))
    .orderBy(...page.orderBy)
    .limit(page.limit);
  const ids = keys.map(({ sortId }) => String(sortId));
  const rows = ids.length === 0 ? [] : await selectUsers(db, outlook).where(inArray(users.id, ids));
  const total = await page.total(keys, async () => {
    const [counted] = await db
      .select({ total: sql<number>`count(*)`.mapWith(Number) })
      .from(users)
      .leftJoin(plans, eq(plans.id, users.planId))
      .leftJoin(userPeriods, ofPeriod(db, outlook.period))
      .where(matches);
    return counted?.total ?? 0;
  });
  const found = inOrderOf(keys, rows, ({ id }) => id);
  return page.finish(found, total, (row) => toUser(row, outlook));
}

/** Users whose name or address contains the text, deleted or not: for lists of what they did. */
export function usersNamed(db: Queries, text: string) {
  const { users } = db.tables;
  return db.select({ id: users.id }).from(users).where(containsFolded(users.searchText, text));
}

/** Ids of the users that match, at most `limit`, in the order of their ids. */
export async function matchingUserIds(context: GatewayContext, filter: UserFilter, limit: number): Promise<string[]> {
  const { db } = context;
  const { users, plans, userPeriods } = db.tables;
  const outlook = outlookOf(context);
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .innerJoin(plans, eq(plans.id, users.planId))
    .leftJoin(userPeriods, ofPeriod(db, outlook.period))
    .where(userCondition(db, context.calendar(), outlook, filter))
    .orderBy(users.id)
    .limit(limit);
  return rows.map((row) => row.id);
}

/** Who used most in this period, most first, and how many used anything. */
export async function topUsers(
  db: Queries,
  outlook: Outlook,
  limit: number,
): Promise<{ users: User[]; withUse: number }> {
  const { userId, period, usedMonthly, usedCredits } = db.tables.userPeriods;
  const used = sql`${usedMonthly} + ${usedCredits}`;
  const top = await db
    .select({ id: userId, withUse: sql<number>`count(*) over ()`.mapWith(Number) })
    .from(db.tables.userPeriods)
    .where(and(eq(period, outlook.period.id), sql`${used} > 0`))
    .orderBy(sql`${used} desc`, userId)
    .limit(limit);
  const found = await findUsers(
    db,
    outlook,
    top.map(({ id }) => id),
  );
  const byId = new Map(found.map((user) => [user.id, user]));
  return { users: top.flatMap(({ id }) => byId.get(id) ?? []), withUse: top[0]?.withUse ?? 0 };
}

/** How many users have each status now. */
export async function countByStatus(db: Queries, { now }: Outlook): Promise<Record<UserStatus, number>> {
  const { users } = db.tables;
  const rows = await db
    .select({ status: users.status, users: sql<number>`count(*)`.mapWith(Number) })
    .from(users)
    .groupBy(users.status);
  const counts: Record<UserStatus, number> = { active: 0, pending: 0, suspended: 0, blocked: 0, deleted: 0 };
  for (const row of rows) counts[row.status] = row.users;
  const over = await db.$count(users, suspensionOver(db, now));
  return { ...counts, active: counts.active + over, suspended: counts.suspended - over };
}

/** What is known of a user beside the numbers; null when there is none. */
export async function findUserProfile(db: Queries, id: string, now: number): Promise<UserProfile | null> {
  const row = await findUserRow(db, id);
  if (!row) return null;
  const { identityLinks } = db.tables;
  const identities = await db
    .select({
      keyId: identityLinks.keyId,
      externalId: identityLinks.externalId,
      createdAt: identityLinks.createdAt,
    })
    .from(identityLinks)
    .where(eq(identityLinks.userId, id));
  return {
    id,
    kind: row.kind,
    locale: row.locale,
    statusReason: row.statusReason,
    suspendedUntil: row.suspendedUntil,
    suspendedByAlert: row.status === 'suspended' ? row.statusAlertId : null,
    temporaryRate: temporaryRateOf(row, now),
    ownLimit: row.limitMode === 'inherit' ? 'inherit' : row.limitMode === 'unlimited' ? null : (row.monthlyLimit ?? 0),
    openHolds: row.openHolds,
    identities,
  };
}

type TemporaryRate = Pick<UserRow, 'temporaryRate' | 'temporaryRateUntil' | 'temporaryRateAlertId'>;

/** The rate limit that is in force at `now`; null without. */
export function temporaryRateOf(row: TemporaryRate, now: number): UserProfile['temporaryRate'] {
  const { temporaryRate: perMinute, temporaryRateUntil: until, temporaryRateAlertId: alertId } = row;
  return perMinute === null || until === null || until <= now ? null : { perMinute, until, alertId };
}

interface UserFigures extends AccountFigures, TemporaryRate {
  id: string;
  email: string | null;
  name: string;
  status: User['status'];
  plan: string;
  department: string | null;
  createdAt: number;
  lastSeenAt: number | null;
}

function selectUsers(db: Queries, outlook: Outlook) {
  const { users, plans, userPeriods } = db.tables;
  return db
    .select({
      id: users.id,
      email: users.email,
      name: users.name,
      status: statusNow(db, outlook.now),
      plan: users.planId,
      department: users.departmentId,
      limitMode: users.limitMode,
      monthlyLimit: users.monthlyLimit,
      planLimitMode: plans.limitMode,
      planMonthlyLimit: plans.monthlyLimit,
      credits: users.credits,
      heldCredits: users.heldCredits,
      usedMonthly: userPeriods.usedMonthly,
      usedCredits: userPeriods.usedCredits,
      heldMonthly: userPeriods.heldMonthly,
      createdAt: users.createdAt,
      lastSeenAt: users.lastSeenAt,
      temporaryRate: users.temporaryRate,
      temporaryRateUntil: users.temporaryRateUntil,
      temporaryRateAlertId: users.temporaryRateAlertId,
    })
    .from(users)
    .innerJoin(plans, eq(plans.id, users.planId))
    .leftJoin(userPeriods, ofPeriod(db, outlook.period));
}

function toUser(row: UserFigures, { period, policy, now }: Outlook): User {
  const balance = balanceOf(row, policy);
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    status: row.status,
    plan: row.plan,
    department: row.department,
    monthlyLimit: balance.limit,
    used: balance.usedMonthly + balance.usedCredits,
    credits: balance.credits,
    held: balance.held,
    available: balance.available,
    usagePercent: Math.floor(shareUsed(standingOf(row, policy), balance.usedCredits) * 1_000) / 10,
    periodStart: period.startsAt,
    nextReset: period.endsAt,
    createdAt: row.createdAt,
    lastSeenAt: row.lastSeenAt,
    limitedTo: temporaryRateOf(row, now)?.perMinute ?? null,
  };
}

function userOrder(db: Queries, { now, policy }: Outlook): ListOrder<UserSort> {
  const { users } = db.tables;
  const figures = figureExpressions(db.tables, policy);
  return {
    fields: {
      email: users.email,
      name: users.searchText,
      status: statusNow(db, now),
      plan: users.planId,
      department: users.departmentId,
      monthlyLimit: figures.limit,
      used: figures.used,
      credits: users.credits,
      held: figures.held,
      available: figures.available,
      usagePercent: figures.share,
      createdAt: users.createdAt,
      lastSeenAt: users.lastSeenAt,
    },
    neverNull: ['status', 'used', 'held', 'usagePercent'],
    texts: ['status'],
    id: users.id,
    fallback: '-createdAt',
  };
}

/** Joins users with their figures of a period. */
export function ofPeriod(db: Queries, period: Period): SQL | undefined {
  const { users, userPeriods } = db.tables;
  return and(eq(userPeriods.userId, users.id), eq(userPeriods.period, period.id));
}
