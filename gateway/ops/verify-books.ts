/** The sums that must agree: each is kept in one place for speed, and can be added up from another for proof. */
import { and, eq, gte, isNotNull, isNull, ne, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Queries } from '../db/database.ts';
import { firstIdAt } from '../db/ids.ts';
import { TEAM_ID } from '../db/seed.ts';
import { MOVE_MARK } from '../db/transfer.ts';
import { debitEntryIdOf } from '../ledger/entry-queries.ts';
import { usageKeptFrom } from '../retention/kept-from.ts';

export interface BookCheck {
  readonly id: string;
  readonly title: string;
  /** What disagrees, in ids and numbers; empty is good. */
  problems(): Promise<string[]>;
}

interface Sum {
  readonly key: string;
  readonly value: number;
}

/** All checks of the books. Run them on a snapshot, else traffic looks like a mistake. */
export function bookChecks(db: Queries): BookCheck[] {
  const { users, userPeriods, holds, ledgerEntries, usageRecords, departmentPeriods, dailyRollups, dailyTotals } =
    db.tables;
  const { installation } = db.tables;
  const total = (expression: SQL) => sql<number>`coalesce(sum(${expression}), 0)`.mapWith(Number);
  const joined = (left: SQLWrapper, right: SQLWrapper) => sql<string>`${left} || ' in ' || ${right}`;
  const debit = eq(ledgerEntries.kind, 'debit');
  const charge = sql`${ledgerEntries.monthlyDelta} - ${ledgerEntries.creditsDelta}`;

  const compare = async (kept: Promise<Sum[]>, added: Promise<Sum[]>) => differences(await kept, await added);
  const userPeriod = joined(userPeriods.userId, userPeriods.period);
  const entryPeriod = joined(ledgerEntries.userId, ledgerEntries.period);
  const holdPeriod = joined(holds.userId, holds.period);

  return [
    {
      id: 'credits',
      title: "Users' credits are the sum of their ledger entries",
      problems: () =>
        compare(
          db.select({ key: users.id, value: users.credits }).from(users),
          db
            .select({ key: ledgerEntries.userId, value: total(sql`${ledgerEntries.creditsDelta}`) })
            .from(ledgerEntries)
            .groupBy(ledgerEntries.userId),
        ),
    },
    {
      id: 'used_monthly',
      title: 'Use of the monthly limits is the sum of the ledger entries',
      problems: () =>
        compare(
          db.select({ key: userPeriod, value: userPeriods.usedMonthly }).from(userPeriods),
          db
            .select({ key: entryPeriod, value: total(sql`${ledgerEntries.monthlyDelta}`) })
            .from(ledgerEntries)
            .groupBy(ledgerEntries.userId, ledgerEntries.period),
        ),
    },
    {
      id: 'used_credits',
      title: 'Use of credits is the sum of the debits',
      problems: () =>
        compare(
          db.select({ key: userPeriod, value: userPeriods.usedCredits }).from(userPeriods),
          db
            .select({ key: entryPeriod, value: total(sql`-${ledgerEntries.creditsDelta}`) })
            .from(ledgerEntries)
            .where(debit)
            .groupBy(ledgerEntries.userId, ledgerEntries.period),
        ),
    },
    {
      id: 'held_monthly',
      title: 'What is reserved of the monthly limits is the sum of the open holds',
      problems: () =>
        compare(
          db.select({ key: userPeriod, value: userPeriods.heldMonthly }).from(userPeriods),
          db
            .select({ key: holdPeriod, value: total(sql`${holds.monthlyTokens}`) })
            .from(holds)
            .groupBy(holds.userId, holds.period),
        ),
    },
    {
      id: 'held_credits',
      title: 'What is reserved of the credits is the sum of the open holds',
      problems: () =>
        compare(
          db.select({ key: users.id, value: users.heldCredits }).from(users),
          db
            .select({ key: holds.userId, value: total(sql`${holds.creditTokens}`) })
            .from(holds)
            .groupBy(holds.userId),
        ),
    },
    {
      id: 'open_holds',
      title: 'Users have as many requests in flight as there are holds',
      problems: () =>
        compare(
          db.select({ key: users.id, value: users.openHolds }).from(users),
          db
            .select({ key: holds.userId, value: total(sql`1`) })
            .from(holds)
            .groupBy(holds.userId),
        ),
    },
    {
      id: 'hold_records',
      title: 'Every open hold has its pending usage record, and every pending record its hold',
      problems: () =>
        compare(
          db
            .select({ key: usageRecords.id, value: sql<number>`1`.mapWith(Number) })
            .from(usageRecords)
            .where(eq(usageRecords.outcome, 'pending')),
          db.select({ key: holds.id, value: sql<number>`1`.mapWith(Number) }).from(holds),
        ),
    },
    {
      id: 'department_holds',
      title: 'What is reserved of the shared limits is the sum of the open holds',
      problems: async () => {
        const kept = await db
          .select({
            key: joined(departmentPeriods.departmentId, departmentPeriods.period),
            value: departmentPeriods.heldTokens,
          })
          .from(departmentPeriods);
        const tokens = total(sql`${holds.monthlyTokens} + ${holds.creditTokens}`);
        const departments = await db
          .select({ key: joined(holds.departmentId, holds.period), value: tokens })
          .from(holds)
          .where(ne(holds.departmentId, TEAM_ID))
          .groupBy(holds.departmentId, holds.period);
        const team = await db
          .select({ key: joined(sql`${TEAM_ID}`, holds.period), value: tokens })
          .from(holds)
          .groupBy(holds.period);
        return differences(kept, [...departments, ...team]);
      },
    },
    {
      id: 'team_used',
      title: "The team's use is the sum of the debits",
      problems: () =>
        compare(
          db
            .select({ key: departmentPeriods.period, value: departmentPeriods.usedTokens })
            .from(departmentPeriods)
            .where(eq(departmentPeriods.departmentId, TEAM_ID)),
          db
            .select({ key: ledgerEntries.period, value: total(charge) })
            .from(ledgerEntries)
            .where(debit)
            .groupBy(ledgerEntries.period),
        ),
    },
    {
      id: 'department_used',
      title: "A department's use is not less than its usage records",
      problems: async () => {
        const key = joined(departmentPeriods.departmentId, departmentPeriods.period);
        const kept = await db.select({ key, value: departmentPeriods.usedTokens }).from(departmentPeriods);
        // Old records may have been dropped since, so that more than their sum is no mistake.
        const records = await db
          .select({
            key: joined(usageRecords.departmentId, usageRecords.period),
            value: total(sql`${usageRecords.chargedTokens}`),
          })
          .from(usageRecords)
          .where(ne(usageRecords.departmentId, TEAM_ID))
          .groupBy(usageRecords.departmentId, usageRecords.period);
        const used = new Map(kept.map((row) => [row.key, row.value]));
        return differences(
          kept,
          records.filter(({ key, value }) => value > (used.get(key) ?? 0)),
          false,
        );
      },
    },
    {
      id: 'charges',
      title: 'Every charged usage record has its debit in the ledger, of the same amount',
      problems: async () => {
        const rows = await db
          .select({
            id: usageRecords.id,
            kept: usageRecords.chargedTokens,
            added: sql<number>`coalesce(${charge}, 0)`.mapWith(Number),
          })
          .from(usageRecords)
          .leftJoin(ledgerEntries, eq(ledgerEntries.id, debitEntryIdOf(usageRecords.id)))
          .where(sql`${usageRecords.chargedTokens} <> coalesce(${charge}, 0)`);
        return rows.map(({ id, kept, added }) => difference(id, kept, added));
      },
    },
    {
      id: 'debit_records',
      title: 'Every debit has its usage record, unless that is older than records are kept',
      problems: async () => {
        const missing = await db
          .select({ id: ledgerEntries.usageId })
          .from(ledgerEntries)
          .leftJoin(usageRecords, eq(usageRecords.id, ledgerEntries.usageId))
          .where(and(debit, isNotNull(ledgerEntries.usageId), isNull(usageRecords.id)));
        // What was deleted on purpose is named no more, and is older than what is kept. Of a database that is being moved
        // into, that is the last to be known.
        const isMoving = (await db.$count(installation, eq(installation.key, MOVE_MARK))) > 0;
        const keptFrom = firstIdAt('led', (await usageKeptFrom(db)) ?? 0);
        const unnamed = isMoving
          ? []
          : await db
              .select({ id: ledgerEntries.id })
              .from(ledgerEntries)
              .where(and(debit, isNull(ledgerEntries.usageId), gte(ledgerEntries.id, keptFrom)));
        return [
          ...missing.map(({ id }) => `${id}: the usage record is missing`),
          ...unnamed.map(({ id }) => `${id}: it names no usage record, though those of its time are kept`),
        ];
      },
    },
    {
      id: 'rollups',
      title: 'The daily figures of each user add up to the debits',
      problems: () =>
        compare(
          db
            .select({ key: dailyRollups.userId, value: total(sql`${dailyRollups.chargedTokens}`) })
            .from(dailyRollups)
            .groupBy(dailyRollups.userId),
          db
            .select({ key: ledgerEntries.userId, value: total(charge) })
            .from(ledgerEntries)
            .where(debit)
            .groupBy(ledgerEntries.userId),
        ),
    },
    {
      id: 'daily_totals',
      title: 'The daily figures of all users add up to the daily totals',
      problems: () =>
        compare(
          db
            .select({ key: dailyTotals.day, value: total(sql`${dailyTotals.chargedTokens}`) })
            .from(dailyTotals)
            .groupBy(dailyTotals.day),
          db
            .select({ key: dailyRollups.day, value: total(sql`${dailyRollups.chargedTokens}`) })
            .from(dailyRollups)
            .groupBy(dailyRollups.day),
        ),
    },
  ];
}

/** What is in one list and not, or otherwise, in the other; a missing number is 0. */
function differences(kept: readonly Sum[], added: readonly Sum[], both = true): string[] {
  const left = new Map(kept.map(({ key, value }) => [key, value]));
  const right = new Map(added.map(({ key, value }) => [key, value]));
  const keys = both ? new Set([...left.keys(), ...right.keys()]) : right.keys();
  return [...keys]
    .filter((key) => (left.get(key) ?? 0) !== (right.get(key) ?? 0))
    .map((key) => difference(key, left.get(key) ?? 0, right.get(key) ?? 0));
}

function difference(key: string, kept: number, added: number): string {
  return `${key}: ${kept} is kept, ${added} adds up`;
}
