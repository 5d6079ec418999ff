/** What the demo's history leaves behind beside the ledger: refusals, alerts, caps that fit, people who still wait. */
import { eq, inArray } from 'drizzle-orm';
import { freedKey } from '../alerts/threshold-alerts.ts';
import { anomalyKey } from '../anomalies/handle.ts';
import type { GatewayContext } from '../context.ts';
import type { AnomalyDetails } from '../contract/alerts.ts';
import { newId } from '../db/ids.ts';
import type { AlertKind } from '../db/json-columns.ts';
import { TEAM_ID } from '../db/seed.ts';
import type { Balance } from '../ledger/port.ts';
import { shareUsed } from '../ledger/sizing.ts';
import { quotaSentence } from '../proxy/quota-reply.ts';
import { createRefusalWriter } from '../reports/refusal-writer.ts';
import type { Random } from './random.ts';
import type { DemoRefusal } from './replay.ts';
import type { Member, Team } from './team.ts';
import type { TrafficWindow } from './traffic.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const ENDPOINT = '/v1/chat/completions';

/** Writes all of it. */
export async function leaveTraces(
  context: GatewayContext,
  team: Team,
  refusals: readonly DemoRefusal[],
  window: TrafficWindow,
  random: Random,
): Promise<void> {
  await setWaiting(context, team);
  await setCaps(context, window);
  await listRefusals(context, team, refusals, window, random);
  await raiseAlerts(context, team, window);
}

async function setWaiting({ db }: GatewayContext, { members }: Team): Promise<void> {
  const { users } = db.tables;
  const waiting = members.filter((member) => member.person.status === 'pending').map((member) => member.id);
  await db.update(users).set({ status: 'pending' }).where(inArray(users.id, waiting));
}

/** Shared caps that are nearly used: marketing's in tokens, which stops, and the team's in money, which only shows. */
async function setCaps({ db }: GatewayContext, { calendar, now }: TrafficWindow): Promise<void> {
  const { departments, departmentPeriods } = db.tables;
  const rows = await db
    .select()
    .from(departmentPeriods)
    .where(eq(departmentPeriods.period, calendar.period(now).id));
  const used = (id: string) => rows.find((row) => row.departmentId === id);
  const roundUp = (value: number, step: number) => Math.max(1, Math.ceil(value / step)) * step;
  const capTokens = roundUp((used('marketing')?.usedTokens ?? 0) / 0.88, 100_000);
  const capMicroUsd = roundUp((used(TEAM_ID)?.usedMicroUsd ?? 0) / 0.74, 10_000_000);
  await db.update(departments).set({ capTokens, stopAtCap: true }).where(eq(departments.id, 'marketing'));
  await db.update(departments).set({ capMicroUsd, stopAtCap: false }).where(eq(departments.id, TEAM_ID));
}

async function listRefusals(
  context: GatewayContext,
  { members, serviceKeyId }: Team,
  refusals: readonly DemoRefusal[],
  { calendar, now }: TrafficWindow,
  random: Random,
): Promise<void> {
  let at = now;
  const writer = createRefusalWriter({ ...context, clock: { now: () => at } });
  const { creditsEmail } = context.settings.current();
  for (const refusal of refusals) {
    const { person, id, ipAddress } = refusal.member;
    at = refusal.at;
    const message = quotaSentence({
      balance: refusal.result.balance,
      period: calendar.period(at),
      timeZone: calendar.timeZone,
      now: at,
      locale: person.locale,
      sharedBy: null,
      portalUrl: null,
      contactEmail: creditsEmail,
    });
    const { model } = refusal;
    writer.record({
      userId: id,
      keyId: serviceKeyId,
      code: 'insufficient_quota',
      statusCode: 429,
      model,
      endpoint: ENDPOINT,
      message,
      ipAddress,
    });
  }
  const strangers = { userId: null, model: null, endpoint: ENDPOINT };
  for (let index = 0; index < 14; index += 1) {
    at = now - random.between(10 * MINUTE_MS, 9 * DAY_MS);
    const ipAddress = `10.20.${random.between(1, 12)}.${random.between(2, 250)}`;
    if (random.chance(0.5)) {
      writer.record({
        ...strangers,
        keyId: null,
        code: 'invalid_api_key',
        statusCode: 401,
        message: 'The API key is not known.',
        ipAddress,
      });
    } else {
      const message = 'The request names no user. Send one of the identity headers.';
      writer.record({
        ...strangers,
        keyId: serviceKeyId,
        code: 'identity_missing',
        statusCode: 401,
        message,
        ipAddress,
      });
    }
  }
  for (const member of members.filter((one) => one.person.status === 'suspended' || one.person.status === 'blocked')) {
    at = now - random.between(MINUTE_MS, DAY_MS);
    const { status } = member.person;
    const message = status === 'blocked' ? 'Your account is blocked.' : 'Your account is suspended.';
    writer.record({
      userId: member.id,
      keyId: serviceKeyId,
      code: `user_${status}`,
      statusCode: 403,
      model: 'gpt-5.4-mini',
      endpoint: ENDPOINT,
      message,
      ipAddress: member.ipAddress,
    });
  }
  await writer.close();
}

/** The highest first. */
const THRESHOLDS = [
  { threshold: 100, kind: 'blocked' },
  { threshold: 95, kind: 'critical' },
  { threshold: 80, kind: 'warning' },
] as const;

async function raiseAlerts({ db }: GatewayContext, { members }: Team, { calendar, now }: TrafficWindow): Promise<void> {
  const { alerts, users } = db.tables;
  const period = calendar.period(now);
  const lastSeen = new Map(
    (await db.select({ id: users.id, at: users.lastSeenAt }).from(users)).map((row) => [row.id, row.at]),
  );
  const rows: (typeof alerts.$inferInsert)[] = [];
  const raise = (
    kind: AlertKind,
    member: Member | null,
    at: number,
    details: Record<string, unknown>,
    resolvedAt: number | null = null,
  ) => {
    const month = calendar.period(at).id;
    const id = newId('alr', at);
    const who = member?.id ?? 'gateway';
    // The keys that the gateway itself gives, so that it does not raise the same once more.
    const dedupeKey =
      kind === 'anomaly'
        ? anomalyKey(who)
        : 'threshold' in details
          ? `use:${who}:${month}:${details.threshold}`
          : `${kind}:${who}:${month}`;
    const row = { id, kind, userId: member?.id ?? null, period: month, details, createdAt: at, resolvedAt };
    rows.push({ ...row, dedupeKey: resolvedAt === null ? dedupeKey : freedKey(dedupeKey, id) });
  };
  for (const member of members) {
    const balance = await db.ledger.balance(member.id, period.id);
    const share = balance === null ? 0 : percentUsed(balance);
    const reached = THRESHOLDS.find(({ threshold }) => share >= threshold);
    if (reached) raise(reached.kind, member, lastSeen.get(member.id) ?? now, { threshold: reached.threshold, share });
  }
  const busy = members.filter(({ person }) => person.service !== true && person.pace === 'heavy' && !person.status);
  const [first = null, second = null] = busy;
  const earlier = now - 3 * DAY_MS;
  raise('anomaly', first, now - 50 * MINUTE_MS, regular('low', 46, { step: 'watch', perMinute: null, until: null }));
  raise(
    'anomaly',
    second,
    earlier,
    regular('medium', 72, { step: 'limit', perMinute: 10, until: earlier + 60 * MINUTE_MS }),
    earlier + 40 * MINUTE_MS,
  );
  raise('system', null, now - 12 * DAY_MS, { check: 'upstream', name: 'OpenAI' }, now - 12 * DAY_MS + 95 * MINUTE_MS);
  await db.insert(alerts).values(rows);
}

/** Requests that came like a machine's, every half a minute. */
function regular(
  level: 'low' | 'medium',
  requests: number,
  step: Pick<AnomalyDetails, 'step' | 'perMinute' | 'until'>,
): Record<string, unknown> {
  const variation = level === 'low' ? 0.17 : 0.06;
  const evidence = { measure: 'regularity' as const, level, requests, meanGapMs: 31_000, variation };
  return { level, evidence: [evidence], ...step } satisfies AnomalyDetails;
}

/** 0 to 100, of the month and the credits together. */
function percentUsed({ limit, usedMonthly, usedCredits, credits, held }: Balance): number {
  const share = shareUsed({ limit, usedMonthly, credits, heldMonthly: held, heldCredits: 0 }, usedCredits);
  return Math.floor(share * 100);
}
