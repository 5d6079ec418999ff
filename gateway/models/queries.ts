/** Reads of what is set about models. */
import { and, eq } from 'drizzle-orm';
import { containsText, pageOf } from '../api/paging.ts';
import type { List, ListQuery } from '../contract/common.ts';
import type { Model } from '../contract/models.ts';
import type { Queries } from '../db/database.ts';
import type { PriceOverride } from '../db/json-columns.ts';

export type ModelRow = Queries['tables']['models']['$inferSelect'];

const MILLION = 1_000_000;

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
    multiplier: multiplier / MILLION,
    maxOutputTokens,
    price: price && fromStored(price),
    units,
    createdAt,
    updatedAt,
  };
}

/** A multiplier as it is stored: in millionths. */
export function inMillionths(multiplier: number): number {
  return Math.round(multiplier * MILLION);
}

export function toStored(price: NonNullable<Model['price']>): PriceOverride {
  const { inputMicroUsd: input, outputMicroUsd: output, cachedInputMicroUsd: cachedInput } = price;
  return cachedInput === undefined ? { input, output } : { input, output, cachedInput };
}

function fromStored({ input, output, cachedInput }: PriceOverride): NonNullable<Model['price']> {
  return {
    inputMicroUsd: input,
    outputMicroUsd: output,
    ...(cachedInput === undefined ? {} : { cachedInputMicroUsd: cachedInput }),
  };
}
