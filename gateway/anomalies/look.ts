/** What is unusual about users, by their own history. */
import type { GatewayContext } from '../context.ts';
import type { AnomalyEvidence } from '../contract/alerts.ts';
import { createRemembered } from '../ops/remembered.ts';
import { addDays } from '../reports/days.ts';
import {
  busiestHours,
  countLately,
  kindsOfActive,
  type Lately,
  timesSince,
  tokensByDay,
  tokensSince,
} from './history.ts';
import { judgeRegularity, LEAST_REQUESTS, LOOKS_BACK_MS } from './regularity.ts';
import { judge, usualOf } from './usual.ts';

/** Evidence by user; those with nothing unusual are left out. */
export type Look = (userIds: readonly string[]) => Promise<Map<string, AnomalyEvidence[]>>;

const HOUR_MS = 3_600_000;
/** Whose usual hours are kept until tomorrow: only those who send many requests are asked for. */
const REMEMBERED_USERS = 2_000;

/** Reads only, and of most users no more than a few sums. */
export function createLook(context: GatewayContext): Look {
  const { db, clock, settings } = context;
  const usualHours = createRemembered<number[]>(REMEMBERED_USERS);

  const volume = async (userId: string, days: ReadonlyMap<string, number>): Promise<AnomalyEvidence | null> => {
    const calendar = context.calendar();
    const now = clock.now();
    const today = calendar.day(now);
    // Midnight must not hide what happened just before it.
    const isEarly = calendar.day(now - HOUR_MS) !== today;
    const lastHour = isEarly ? await tokensSince(db, userId, now - HOUR_MS) : 0;
    const ofToday = days.get(today) ?? 0;
    const within = lastHour > ofToday ? 'hour' : 'day';
    const before = within === 'hour' ? addDays(today, -1) : today;
    const usual = usualOf([...days].filter(([day]) => day < before).map(([, tokens]) => tokens));
    const seen = Math.max(ofToday, lastHour);
    const verdict = usual && judge(seen, usual, settings.current().anomalies.leastTokens);
    if (!verdict) return null;
    return { measure: 'volume', within, seen, usual: Math.round(usual.amount), days: usual.days, ...verdict };
  };

  const rate = async (userId: string, { hour: seen }: Lately): Promise<AnomalyEvidence | null> => {
    const { leastRequests } = settings.current().anomalies;
    if (seen < leastRequests) return null;
    const calendar = context.calendar();
    const key = `${userId} ${calendar.day(clock.now())}`;
    const hours = usualHours.get(key) ?? (await busiestHours(context, calendar, userId));
    usualHours.set(key, hours);
    const usual = usualOf(hours);
    const verdict = usual && judge(seen, usual, leastRequests);
    if (!verdict) return null;
    return { measure: 'rate', seen, usual: Math.round(usual.amount), days: usual.days, ...verdict };
  };

  const regularity = async (userId: string, { all }: Lately): Promise<AnomalyEvidence | null> => {
    if (all < LEAST_REQUESTS) return null;
    const found = judgeRegularity(await timesSince(db, userId, clock.now() - LOOKS_BACK_MS));
    return found && { measure: 'regularity', ...found };
  };

  return async (userIds) => {
    const now = clock.now();
    const found = new Map<string, AnomalyEvidence[]>();
    const { serviceAccounts } = settings.current().anomalies;
    const kinds = await kindsOfActive(db, userIds, now);
    const watched = [...kinds].filter(([, kind]) => serviceAccounts || kind !== 'service').map(([id]) => id);
    if (watched.length === 0) return found;
    const days = await tokensByDay(db, watched, context.calendar().day(now));
    const lately = await countLately(db, watched, { since: now - LOOKS_BACK_MS, now });
    for (const userId of watched) {
      const requests = lately.get(userId) ?? { hour: 0, all: 0 };
      const evidence = [
        await volume(userId, days.get(userId) ?? new Map()),
        await rate(userId, requests),
        // A service account is a machine: of course it is regular.
        kinds.get(userId) === 'service' ? null : await regularity(userId, requests),
      ].filter((piece) => piece !== null);
      if (evidence.length > 0) found.set(userId, evidence);
    }
    return found;
  };
}
