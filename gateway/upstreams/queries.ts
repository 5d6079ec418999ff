/** Reads of upstreams. */
import { and, eq, sql } from 'drizzle-orm';
import { containsWords, pageOf } from '../api/paging.ts';
import type { List, ListQuery } from '../contract/common.ts';
import type { Upstream } from '../contract/upstreams.ts';
import type { Queries } from '../db/database.ts';
import type { HealthBoard } from './health-board.ts';

export type UpstreamRow = Queries['tables']['upstreams']['$inferSelect'];

export async function findUpstreamRow(db: Queries, id: string): Promise<UpstreamRow | null> {
  const { upstreams } = db.tables;
  const [row] = await db.select().from(upstreams).where(eq(upstreams.id, id));
  return row ?? null;
}

export async function listUpstreams(db: Queries, board: HealthBoard, query: ListQuery): Promise<List<Upstream>> {
  const { upstreams } = db.tables;
  const { id, name, kind, position, createdAt } = upstreams;
  const page = pageOf(query, { fields: { position, name, kind, createdAt }, id, fallback: 'position' });
  const matches = query.search ? containsWords([id, name, upstreams.baseUrl], query.search) : undefined;
  const rows = await db
    .select({ row: upstreams, ...page.keys })
    .from(upstreams)
    .where(and(matches, page.after))
    .orderBy(...page.orderBy)
    .limit(page.limit);
  return page.finish(rows, await db.$count(upstreams, matches), ({ row }) => toUpstream(row, board));
}

/** The position after all others. */
export async function nextPosition(db: Queries): Promise<number> {
  const { upstreams } = db.tables;
  const [row] = await db
    .select({ last: sql<number>`coalesce(max(${upstreams.position}), -1)`.mapWith(Number) })
    .from(upstreams);
  return (row?.last ?? -1) + 1;
}

/** An upstream as the API shows it, which is never its key. */
export function toUpstream(row: UpstreamRow, board: HealthBoard): Upstream {
  const { id, kind, name, baseUrl, apiKey, models, aliases, position, weight, enabled, timeouts, options, source } =
    row;
  const { createdAt, updatedAt } = row;
  return {
    id,
    kind,
    name,
    baseUrl,
    hasApiKey: apiKey !== null,
    models,
    aliases,
    position,
    weight,
    enabled,
    timeouts,
    caCertificate: options?.caCertificate ?? null,
    health: { ...board.report(id) },
    source,
    createdAt,
    updatedAt,
  };
}
