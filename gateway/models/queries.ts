/** Reads of what is set about models. */
import { and, eq } from 'drizzle-orm';
import { containsText, pageOf } from '../api/paging.ts';
import type { List, ListQuery } from '../contract/common.ts';
import type { Model } from '../contract/models.ts';
import type { Queries } from '../db/database.ts';
import type { PriceOverride } from '../db/json-columns.ts';
import { MILLION } from '../ledger/charge.ts';

export type ModelRow = Queries['tables']['models']['$inferSelect'];

export async function findModelRow(db: Queries, id: string): Promise<ModelRow | null> {
  const { models } = db.tables;
  const [row] = await db.select().from(models).where(eq(models.id, id));
  return row ?? null;
}

export async function listModels(db: Queries, query: ListQuery): Promise<List<Model>> {
  const { models } = db.tables;
  const { id, multiplier, createdAt, updatedAt } = models;
  const page = pageOf(query, { fields: { id, multiplier, createdAt, updatedAt }, id, fallback: 'id' });
  const matches = query.search ? containsText([id], query.search) : undefined;
  const rows = await db
    .select({ row: models, ...page.keys })
    .from(models)
    .where(and(matches, page.after))
    .orderBy(...page.orderBy)
    .limit(page.limit);
  return page.finish(rows, await db.$count(models, matches), ({ row }) => toModel(row));
}

export function toModel({ id, multiplier, maxOutputTokens, price, units, createdAt, updatedAt }: ModelRow): Model {
  return {
    id,
    multiplier: fromMillionths(multiplier),
    maxOutputTokens,
    price: price && fromStored(price),
    units,
    createdAt,
    updatedAt,
  };
}

/** A factor as it is stored: in millionths. */
export function inMillionths(factor: number): number {
  return Math.round(factor * MILLION);
}

export function fromMillionths(stored: number): number {
  return stored / MILLION;
}

export function toStored(price: NonNullable<Model['price']>): PriceOverride {
  const { inputMicroUsd: input, outputMicroUsd: output, cachedInputMicroUsd: cachedInput } = price;
  const calls = withoutGaps(price.feesMicroUsd);
  const tiers = eachOf(withoutGaps(price.tierFactors), inMillionths);
  return {
    input,
    output,
    ...(cachedInput === undefined ? {} : { cachedInput }),
    ...(calls && { calls }),
    ...(tiers && { tiers }),
  };
}

function fromStored({ input, output, cachedInput, calls, tiers }: PriceOverride): NonNullable<Model['price']> {
  const tierFactors = eachOf(tiers, fromMillionths);
  return {
    inputMicroUsd: input,
    outputMicroUsd: output,
    ...(cachedInput === undefined ? {} : { cachedInputMicroUsd: cachedInput }),
    ...(calls && { feesMicroUsd: calls }),
    ...(tierFactors && { tierFactors }),
  };
}

/** What is set of it; undefined where nothing is. */
export function withoutGaps<T extends object>(given: T | undefined): T | undefined {
  const set = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return set.length === 0 ? undefined : (Object.fromEntries(set) as T);
}

function eachOf<Key extends string>(
  values: Partial<Record<Key, number>> | undefined,
  change: (value: number) => number,
): Partial<Record<Key, number>> | undefined {
  if (!values) return undefined;
  const changed = (Object.entries(values) as [Key, number][]).map(([key, value]) => [key, change(value)]);
  return Object.fromEntries(changed);
}
