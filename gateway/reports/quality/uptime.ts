/** When at least one gateway of the database was up: between the notes of their starts, ends and silences. */
import { and, gt, isNull, lt, min, or } from 'drizzle-orm';
import type { GatewayContext } from '../../context.ts';
import { LEASE_MS } from '../../ops/presence.ts';
import { type Interval, spanOf, unionOf, without } from './intervals.ts';

export interface Uptime {
  /** The time that is looked at: from the first start ever, at the earliest, up to now. Null before there was any. */
  readonly known: Interval | null;
  /** When somebody was up, in order, without overlaps. */
  readonly up: readonly Interval[];
}

/** What is known of the time in `range`. */
export async function uptimeIn(context: GatewayContext, range: Interval): Promise<Uptime> {
  const { db, clock, gatewayId } = context;
  const { gateways, gatewayGaps } = db.tables;
  const now = clock.now();
  const [{ first } = { first: null }] = await db.select({ first: min(gateways.startedAt) }).from(gateways);
  const known = first === null ? null : { from: Math.max(range.from, first), before: Math.min(range.before, now) };
  if (known === null || known.from >= known.before) return { known: null, up: [] };
  const runs = await db
    .select()
    .from(gateways)
    .where(
      and(lt(gateways.startedAt, known.before), or(isNull(gateways.stoppedAt), gt(gateways.stoppedAt, known.from))),
    );
  const gaps = await db
    .select()
    .from(gatewayGaps)
    .where(and(lt(gatewayGaps.startsAt, known.before), gt(gatewayGaps.endsAt, known.from)));
  const lives = runs.flatMap(({ id, startedAt, heartbeatAt, stoppedAt }) => {
    // Who says nothing any more has ended with its last sign of life, whether somebody has noticed or not.
    const isSilent = id !== gatewayId && now - heartbeatAt > LEASE_MS;
    const before = stoppedAt ?? (isSilent ? heartbeatAt : now);
    const silences = gaps.filter((gap) => gap.gatewayId === id);
    return without(
      { from: startedAt, before },
      silences.map(({ startsAt, endsAt }) => ({ from: startsAt, before: endsAt })),
    );
  });
  return { known, up: unionOf(lives, known) };
}

/** The share in percent of the known time within `range`, and how long nobody was up; null where nothing is known. */
export function shareUp({ known, up }: Uptime, range: Interval): { percent: number; downMs: number } | null {
  if (known === null) return null;
  const from = Math.max(range.from, known.from);
  const before = Math.min(range.before, known.before);
  if (from >= before) return null;
  const upMs = up.reduce((sum, one) => sum + spanOf(one, { from, before }), 0);
  return { percent: (100 * upMs) / (before - from), downMs: before - from - upMs };
}

/** How often nobody was up. */
export function outagesOf({ known, up }: Uptime): number {
  if (known === null) return 0;
  const edges = (up[0]?.from === known.from ? 0 : 1) + (up.at(-1)?.before === known.before ? 0 : 1);
  return up.length === 0 ? 1 : up.length - 1 + edges;
}
