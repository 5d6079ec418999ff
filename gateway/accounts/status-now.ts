/** The status of users as it reads now, in SQL. */
import { and, eq, lte, type SQL, sql } from 'drizzle-orm';
import type { User } from '../contract/users.ts';
import type { Queries } from '../db/database.ts';

/** The status as it reads at `now`: a suspension whose end has passed is over. */
export function statusNow(db: Queries, now: number): SQL<User['status']> {
  const { users } = db.tables;
  return sql<User['status']>`case when ${suspensionOver(db, now)} then 'active' else ${users.status} end`;
}

/** Condition that the suspension has ended by itself. */
export function suspensionOver(db: Queries, now: number): SQL | undefined {
  const { users } = db.tables;
  return and(eq(users.status, 'suspended'), lte(users.suspendedUntil, now));
}
