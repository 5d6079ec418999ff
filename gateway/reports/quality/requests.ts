/** How people who ran short were served: decisions on their requests, and whether warnings made them ask. */
import { and, asc, gte, inArray, isNotNull, lt, sql } from 'drizzle-orm';
import type { GatewayContext } from '../../context.ts';
import type { Interval } from './intervals.ts';

const DAY_MS = 86_400_000;
/** A request within so long after an alert is taken for its consequence. */
export const ASKED_WITHIN_MS = 7 * DAY_MS;

export interface Decisions {
  readonly decided: number;
  /** Of these, within the time that was promised. */
  readonly inTime: number;
  /** Half and nine tenths of them were decided within so many milliseconds; null of none. */
  readonly halfWithinMs: number | null;
  readonly mostWithinMs: number | null;
}

/** Of the tickets that were decided in `range`, from asking to the answer that stands. */
export async function decisionsIn({ db }: GatewayContext, range: Interval): Promise<Decisions> {
  const { tickets } = db.tables;
  const { decidedAt, createdAt, dueAt } = tickets;
  const inRange = and(gte(decidedAt, range.from), lt(decidedAt, range.before));
  const took = sql<number>`${decidedAt} - ${createdAt}`.mapWith(Number);
  const [counted] = await db
    .select({
      decided: sql<number>`count(*)`.mapWith(Number),
      inTime: sql<number>`coalesce(sum(case when ${decidedAt} <= ${dueAt} then 1 else 0 end), 0)`.mapWith(Number),
    })
    .from(tickets)
    .where(inRange);
  const { decided, inTime } = counted ?? { decided: 0, inTime: 0 };
  const within = async (share: number): Promise<number | null> => {
    if (decided === 0) return null;
    const [row] = await db
      .select({ took })
      .from(tickets)
      .where(inRange)
      .orderBy(asc(took))
      .limit(1)
      .offset(Math.ceil(share * decided) - 1);
    return row?.took ?? null;
  };
  return { decided, inTime, halfWithinMs: await within(0.5), mostWithinMs: await within(0.9) };
}

export interface Warned {
  /** People who were warned of their use, each once a month. */
  readonly people: number;
  /** Of these, who asked for credits or another limit within a week of a warning. */
  readonly asked: number;
}

export async function warnedIn({ db }: GatewayContext, range: Interval): Promise<Warned> {
  const { alerts, tickets } = db.tables;
  const didAsk = sql`exists (select 1 from ${tickets} where ${tickets.userId} = ${alerts.userId}
    and ${tickets.createdAt} >= ${alerts.createdAt} and ${tickets.createdAt} < ${alerts.createdAt} + ${sql.raw(String(ASKED_WITHIN_MS))}
    and ${tickets.kind} in ('credits', 'limit_change'))`;
  const people = db
    .select({ asked: sql<number>`max(case when ${didAsk} then 1 else 0 end)`.as('asked') })
    .from(alerts)
    .where(
      and(
        // Alerts about a shared cap warn no person.
        isNotNull(alerts.userId),
        inArray(alerts.kind, sql`('warning', 'critical', 'blocked', 'early_warning')`),
        gte(alerts.createdAt, range.from),
        lt(alerts.createdAt, range.before),
      ),
    )
    .groupBy(alerts.userId, alerts.period)
    .as('people');
  const [counted] = await db
    .select({
      people: sql<number>`count(*)`.mapWith(Number),
      asked: sql<number>`coalesce(sum(${people.asked}), 0)`.mapWith(Number),
    })
    .from(people);
  return counted ?? { people: 0, asked: 0 };
}
