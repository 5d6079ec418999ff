/** Alerts about the shared caps of departments and of the team, and the mails to administrators. */
import { and, eq, inArray, isNull, like } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Queries } from '../db/database.ts';
import { TEAM_ID } from '../db/seed.ts';
import type { MailData } from '../mail/kinds.ts';
import { administrators } from './system-trouble.ts';
import {
  type AlertChanges,
  compareWithThresholds,
  freeAlert,
  mailKey,
  type Occasion,
  ofWatched,
  reachedNow,
  thresholdKey,
  type Watched,
} from './threshold-alerts.ts';
import { thresholdsOf, wholePercent } from './thresholds.ts';

/** What the members of a department, or everybody for the team, have used together. */
export interface CapUse {
  readonly departmentId: string;
  readonly name: string;
  readonly period: string;
  /** Tokens a month, and millionths of a US dollar; null = no cap of that sort. */
  readonly capTokens: number | null;
  readonly capMicroUsd: number | null;
  readonly usedTokens: number;
  readonly usedMicroUsd: number;
  /** Whether a reached cap refuses requests. */
  readonly stops: boolean;
  /** In [0, 1], of the cap that is nearer to its end; null without a cap. */
  readonly share: number | null;
  readonly thresholds: readonly number[];
  readonly periodEndsAt: number;
}

/** @param all those without a cap, too, whose alerts may have to be resolved */
export async function findCapUses(db: Queries, context: GatewayContext, all: boolean): Promise<CapUse[]> {
  const { departments, departmentPeriods } = db.tables;
  const period = context.calendar().period(context.clock.now());
  const rows = await db
    .select({ department: departments, figures: departmentPeriods })
    .from(departments)
    .leftJoin(
      departmentPeriods,
      and(eq(departmentPeriods.departmentId, departments.id), eq(departmentPeriods.period, period.id)),
    );
  const thresholds = thresholdsOf({ own: null, plan: [], first: context.settings.current().alertThreshold });
  return rows
    .filter(({ department: { capTokens, capMicroUsd } }) => all || capTokens !== null || capMicroUsd !== null)
    .map(({ department: { id, name, capTokens, capMicroUsd, stopAtCap }, figures }) => {
      const usedTokens = figures?.usedTokens ?? 0;
      const usedMicroUsd = figures?.usedMicroUsd ?? 0;
      const shares = [partOf(usedTokens, capTokens), partOf(usedMicroUsd, capMicroUsd)].filter((one) => one !== null);
      return {
        departmentId: id,
        name,
        period: period.id,
        capTokens,
        capMicroUsd,
        usedTokens,
        usedMicroUsd,
        stops: stopAtCap,
        share: shares.length === 0 ? null : Math.max(...shares),
        thresholds,
        periodEndsAt: period.endsAt,
      };
    });
}

/** Part of a cap; a cap of nothing is used up. It may be above 1 where the cap does not stop. */
function partOf(used: number, cap: number | null): number | null {
  if (cap === null) return null;
  return cap === 0 ? 1 : used / cap;
}

/** Compares the use of a cap with the thresholds, once a period each, and writes to every administrator. */
export async function evaluateCap(context: GatewayContext, use: CapUse, occasion: Occasion): Promise<AlertChanges> {
  const changes: AlertChanges = { raised: [], resolved: [] };
  const watched = watchedCap(use);
  const top = reachedNow(watched, occasion).at(-1);
  if (top === undefined && !occasion.mayRearm) return changes;
  const { db } = context;
  const known = await db.select().from(db.tables.alerts).where(ofWatched(db.tables, watched));
  const isKnown = known.some(({ dedupeKey }) => dedupeKey === thresholdKey(watched, top ?? 0));
  if (occasion.mayRearm ? top === undefined && known.length === 0 : isKnown) return changes;
  await db.tx(async (tx) => {
    const current = (await findCapUses(tx, context, true)).find(
      ({ departmentId }) => departmentId === use.departmentId,
    );
    if (!current) return;
    await compareWithThresholds(context, tx, watchedCap(current), occasion, changes, async (alert) => {
      const data = mailData(current, alert.share, alert.kind, occasion.refused);
      return (await administrators(tx)).map((operatorId) => ({
        kind: 'cap_reached' as const,
        to: { operatorId },
        data,
        dedupeKey: mailKey(alert.id, operatorId),
        expiresAt: current.periodEndsAt,
      }));
    });
  });
  return changes;
}

function watchedCap(use: CapUse): Watched {
  const { departmentId, name, period, capTokens, capMicroUsd, usedTokens, usedMicroUsd, stops, share } = use;
  const figures = { capTokens, capMicroUsd, usedTokens, usedMicroUsd, stops };
  return {
    userId: null,
    key: `cap:${departmentId}:${period}`,
    period,
    share,
    thresholds: use.thresholds,
    details: { departmentId, name, ...figures },
    // Requests were refused although some of the cap was left, for they asked for more: only another cap ends that.
    stays: (of) =>
      of.refused === true && stops && of.capTokens === capTokens && of.capMicroUsd === capMicroUsd && share !== null,
  };
}

function mailData(
  { departmentId, name, capTokens, capMicroUsd, usedTokens, usedMicroUsd, stops, periodEndsAt }: CapUse,
  share: number,
  level: MailData['cap_reached']['level'],
  refused: boolean,
): MailData['cap_reached'] {
  return {
    department: departmentId === TEAM_ID ? null : name,
    level,
    share,
    capTokens,
    capMicroUsd,
    usedTokens,
    usedMicroUsd,
    stops,
    refused,
    periodEndsAt,
  };
}

/** Resolves the alerts of departments that are no more. */
export async function resolveOrphans(context: GatewayContext, uses: readonly CapUse[]): Promise<AlertChanges> {
  const changes: AlertChanges = { raised: [], resolved: [] };
  const { db, clock } = context;
  const known = new Set(uses.map(({ departmentId }) => departmentId));
  const isCap = (tables: Queries['tables']) =>
    and(isNull(tables.alerts.userId), isNull(tables.alerts.resolvedAt), like(tables.alerts.dedupeKey, 'cap:%'));
  const open = await db.select().from(db.tables.alerts).where(isCap(db.tables));
  const orphans = open.filter(({ details }) => !known.has(String(details.departmentId))).map(({ id }) => id);
  if (orphans.length === 0) return changes;
  await db.tx(async (tx) => {
    const rows = await tx
      .select()
      .from(tx.tables.alerts)
      .where(and(isCap(tx.tables), inArray(tx.tables.alerts.id, orphans)));
    for (const row of rows) await freeAlert(tx, row, clock.now(), changes);
  });
  return changes;
}

/** How far a cap is used, so that a look that finds nothing new ends there. */
export function capState({ period, thresholds, share }: CapUse): string {
  const percent = share === null ? -1 : wholePercent(share);
  return `${period} ${thresholds.filter((threshold) => threshold <= percent).join()}`;
}
