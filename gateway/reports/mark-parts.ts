/** The rows of which a range of days is put together: marks, and the daily roll-ups between them and the range's ends. */
import { and, eq, gt, gte, inArray, lt, lte, type SQL, sql } from 'drizzle-orm';
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
  const ofMarks = marks.map(({ day, sign }) =>
    part(usageMarks, sign, figures, [
      eq(usageMarks.day, day),
      isOfAll ? eq(usageMarks.model, '') : filter.byModel ? gt(usageMarks.model, '') : undefined,
      ...common(usageMarks, filter),
    ]),
  );
  const ofDays = days.map(({ from, before, sign }) =>
    part(dailyRollups, sign, figures, [
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
  return sql`(${sql.join([...ofMarks, ...ofDays], sql` union all `)}) as parts`;
}

/** A figure's column within `parts`. */
export function figureIn(db: Queries, figure: Figure): SQL {
  return sql.identifier(db.tables.usageMarks[figure].name).getSQL();
}

type PartTable = Queries['tables']['usageMarks' | 'dailyRollups'];

function part(table: PartTable, sign: 1 | -1, figures: readonly Figure[], where: readonly (SQL | undefined)[]): SQL {
  const columns = figures.map((figure) => {
    const column = table[figure];
    return sql`${sign === 1 ? column : sql`-${column}`} as ${sql.identifier(column.name)}`;
  });
  return sql`select ${table.userId} as user_id, ${table.departmentId} as department_id, ${table.model} as model, ${sql.join(columns, sql`, `)}
    from ${table} where ${and(...where)}`;
}

function common(table: PartTable, { models, departments = [], users = [], between }: PartFilter) {
  return [
    models.length > 0 ? inArray(table.model, [...models]) : undefined,
    departments.length > 0 ? inArray(table.departmentId, [...departments]) : undefined,
    users.length > 0 ? inArray(table.userId, [...users]) : undefined,
    between ? and(gt(table.userId, between[0]), lte(table.userId, between[1])) : undefined,
  ];
}
