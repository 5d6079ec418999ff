/**
 * Where an upstream's requests are sought: no index knows them, because each request would pay for it. The roll-ups tell since
 * when and until when there were any; of millions of others only those between are looked at.
 */
import { and, between, eq, gte, inArray, lte, max, min, type SQL, sql } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { UsageQuery } from '../contract/reports.ts';
import { firstIdAt } from '../db/ids.ts';
import { addDays } from './days.ts';

type Asked = Pick<UsageQuery, 'from' | 'to' | 'model'>;

/** Condition that an id is between the first and the last request of the upstream, as far as they are asked for. */
export async function withinUseOf(context: GatewayContext, upstream: string, asked: Asked): Promise<SQL> {
  const { id } = context.db.tables.usageRecords;
  const edges = [await settledEdges(context, upstream, asked), ...(await unsettledEdges(context, upstream))].flat();
  const [first] = edges.toSorted();
  const last = edges.toSorted().at(-1);
  return first === undefined || last === undefined ? sql`1 = 0` : between(id, first, last);
}

/** By the days of the roll-ups, and one more on either side: those of before were perhaps another zone's. */
async function settledEdges(context: GatewayContext, upstream: string, { from, to, model }: Asked): Promise<string[]> {
  const { dailyTotals } = context.db.tables;
  const [days] = await context.db
    .select({ first: min(dailyTotals.day), last: max(dailyTotals.day) })
    .from(dailyTotals)
    .where(
      and(
        eq(dailyTotals.upstreamId, upstream),
        model === undefined ? undefined : eq(dailyTotals.model, model),
        from === undefined ? undefined : gte(dailyTotals.day, addDays(from, -1)),
        to === undefined ? undefined : lte(dailyTotals.day, addDays(to, 1)),
      ),
    );
  if (!days?.first || !days.last) return [];
  const calendar = context.calendar();
  return [addDays(days.first, -1), addDays(days.last, 2)].map((day) => firstIdAt('req', calendar.dayStart(day)));
}

/** What is under way, and what a crash has cut, is in no roll-up: both are few. */
async function unsettledEdges({ db }: GatewayContext, upstream: string): Promise<string[][]> {
  const { usageRecords, holds } = db.tables;
  const { id, trouble, upstreamId } = usageRecords;
  const edgesOf = async (few: SQL | undefined) => {
    const [ids] = await db
      .select({ first: min(id), last: max(id) })
      .from(usageRecords)
      .where(and(few, eq(upstreamId, upstream)));
    return [ids?.first, ids?.last].filter((edge) => edge !== null && edge !== undefined);
  };
  return [
    await edgesOf(inArray(id, db.select({ id: holds.id }).from(holds))),
    await edgesOf(eq(trouble, 'interrupted')),
  ];
}
