/** The rows of which a range of days is put together: marks, and the daily roll-ups between them and the range's ends. */
import { and, type Column, eq, gt, gte, inArray, lt, lte, type SQL, sql } from 'drizzle-orm';
import type { Queries } from '../db/database.ts';
import { addDays, daysBetween } from './days.ts';
import type { Composition } from './mark-days.ts';

/** Figures of roll-ups and marks, as their columns are called. */
export const FIGURES = [
  'requests',
  'errors',
  'promptTokens',
  'completionTokens',
  'cachedTokens',
  'reasoningTokens',
  'totalTokens',
  'chargedTokens',
  'absorbedTokens',
  'costMicroUsd',
  'durationMs',
  'firstByteMs',
] as const;
export type Figure = (typeof FIGURES)[number];

export interface PartFilter {
  /** Empty: all models, by the marks that know no models. */
  readonly models: readonly string[];
  /** Marks of single models, whatever `models` says. */
  readonly byModel?: boolean;
  readonly departments?: readonly string[];
  readonly users?: readonly string[];
  /** Users after the first id, up to and with the second. */
  readonly between?: readonly [string, string];
}

/**
 * A subquery `parts` with the columns `user_id`, `department_id`, `model` and the figures by their columns' names; those
 * that are taken away are negative.
 */
export function partsOf(
  db: Queries,
  { marks, days }: Composition,
  filter: PartFilter,
  figures: readonly Figure[],
): SQL {
  const { usageMarks, dailyRollups } = db.tables;
  const isOfAll = filter.models.length === 0 && !filter.byModel;
  const keysOf = ({ userId, departmentId, model }: PartTable) => ({
    user_id: userId,
    department_id: departmentId,
    model,
  });
  const ofMarks = marks.map(({ day, sign }) =>
    part(usageMarks, keysOf(usageMarks), sign, figures, [
      eq(usageMarks.day, day),
      isOfAll ? eq(usageMarks.model, '') : filter.byModel ? gt(usageMarks.model, '') : undefined,
      ...common(usageMarks, filter),
    ]),
  );
  const ofDays = days.map(({ from, before, sign }) =>
    part(dailyRollups, keysOf(dailyRollups), sign, figures, [
      // A range of users within a day is a seek when the days are named one by one.
      filter.between
        ? inArray(
            dailyRollups.day,
            Array.from({ length: daysBetween(from, before) }, (_, index) => addDays(from, index)),
          )
        : and(gte(dailyRollups.day, from), lt(dailyRollups.day, before)),
      ...common(dailyRollups, filter),
    ]),
  );
  return union([...ofMarks, ...ofDays]);
}

/** The same for everybody together: with the columns `department_id`, `model`, `upstream_id` and the figures. */
export function totalPartsOf(
  db: Queries,
  { marks, days }: Composition,
  { models, departments = [] }: Pick<PartFilter, 'models' | 'departments'>,
  figures: readonly Figure[],
): SQL {
  const { totalMarks, dailyTotals } = db.tables;
  const keysOf = ({ departmentId, model, upstreamId }: TotalTable) => ({
    department_id: departmentId,
    model,
    upstream_id: upstreamId,
  });
  const matches = (table: TotalTable) => [among(table.model, models), among(table.departmentId, departments)];
  return union([
    ...marks.map(({ day, sign }) =>
      part(totalMarks, keysOf(totalMarks), sign, figures, [eq(totalMarks.day, day), ...matches(totalMarks)]),
    ),
    ...days.map(({ from, before, sign }) =>
      part(dailyTotals, keysOf(dailyTotals), sign, figures, [
        gte(dailyTotals.day, from),
        lt(dailyTotals.day, before),
        ...matches(dailyTotals),
      ]),
    ),
  ]);
}

/** A figure's column within `parts`. */
export function figureIn(db: Queries, figure: Figure): SQL {
  return sql.identifier(db.tables.usageMarks[figure].name).getSQL();
}

/** Columns of a query for the sums of a group of `parts`. */
export function figureSums(db: Queries): Record<Figure, SQL<number>> {
  const sums = FIGURES.map((figure) => [
    figure,
    sql<number>`coalesce(sum(${figureIn(db, figure)}), 0)`.mapWith(Number),
  ]);
  return Object.fromEntries(sums);
}

type PartTable = Queries['tables']['usageMarks' | 'dailyRollups'];
type TotalTable = Queries['tables']['totalMarks' | 'dailyTotals'];

function part(
  table: PartTable | TotalTable,
  keys: Readonly<Record<string, Column>>,
  sign: 1 | -1,
  figures: readonly Figure[],
  where: readonly (SQL | undefined)[],
): SQL {
  const columns = [
    ...Object.entries(keys).map(([name, column]) => sql`${column} as ${sql.identifier(name)}`),
    ...figures.map((figure) => {
      const column = table[figure];
      return sql`${sign === 1 ? column : sql`-${column}`} as ${sql.identifier(column.name)}`;
    }),
  ];
  return sql`select ${sql.join(columns, sql`, `)} from ${table} where ${and(...where)}`;
}

function union(parts: readonly SQL[]): SQL {
  return sql`(${sql.join([...parts], sql` union all `)}) as parts`;
}

function among(column: Column, values: readonly string[]): SQL | undefined {
  return values.length > 0 ? inArray(column, [...values]) : undefined;
}

function common(table: PartTable, { models, departments = [], users = [], between }: PartFilter) {
  return [
    among(table.model, models),
    among(table.departmentId, departments),
    among(table.userId, users),
    between ? and(gt(table.userId, between[0]), lte(table.userId, between[1])) : undefined,
  ];
}
