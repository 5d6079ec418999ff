/** Alerts about a user's share of their tokens, and the mails to the user. */
import type { GatewayContext } from '../context.ts';
import type { NewMail } from '../mail/outbox.ts';
import { supersedeEarlyWarning } from './early-warning.ts';
import { type Pace, paceOf } from './pace.ts';
import {
  type AlertChanges,
  compareWithThresholds,
  mailKey,
  type Occasion,
  ofWatched,
  type Raised,
  reachedNow,
  thresholdKey,
  type Watched,
} from './threshold-alerts.ts';
import { findUses, type UserUse, wasGivenMore } from './use.ts';

/** Compares a user's share with the thresholds, raises and resolves what follows, and puts the mail into the outbox. */
export async function evaluateUse(context: GatewayContext, use: UserUse, occasion: Occasion): Promise<AlertChanges> {
  const changes: AlertChanges = { raised: [], resolved: [] };
  const watched = watchedUse(use);
  const top = reachedNow(watched, occasion).at(-1);
  if (top === undefined && !occasion.mayRearm) return changes;
  const { db, clock } = context;
  const known = await db.select().from(db.tables.alerts).where(ofWatched(db.tables, watched));
  const isKnown = known.some(({ dedupeKey }) => dedupeKey === thresholdKey(watched, top ?? 0));
  if (!occasion.mayRearm && isKnown) return changes;
  // Before the transaction: it takes reports, and the writer must not wait for them.
  const pace = top === undefined ? null : await paceOf(context, use.userId, use.figures);
  await db.tx(async (tx) => {
    // Read again in here: nobody changes it meanwhile on SQLite, and elsewhere the key decides.
    const [current] = await findUses(tx, context, [use.userId]);
    if (!current) return;
    await compareWithThresholds(context, tx, watchedUse(current), occasion, changes, (alert) => [
      mailOf(alert, current, pace),
    ]);
    if (changes.raised.length > 0) changes.resolved.push(...(await supersedeEarlyWarning(tx, current, clock.now())));
  });
  return changes;
}

function watchedUse({ userId, period, share, thresholds, figures }: UserUse): Watched {
  return {
    userId,
    key: `use:${userId}:${period}`,
    period,
    share: figures.limit === null ? null : share,
    thresholds,
    details: { figures },
    // A request was refused although some was left, for it asked for more: only a gift ends that.
    stays: (of) => of.refused === true && !wasGivenMore(of, figures),
  };
}

function mailOf({ id, kind, threshold, share }: Raised, { userId, figures }: UserUse, pace: Pace | null): NewMail {
  const common = { to: { userId }, dedupeKey: mailKey(id), expiresAt: figures.periodEndsAt };
  return kind === 'blocked'
    ? { kind, data: { figures }, ...common }
    : { kind, data: { percent: threshold, share, daysLeft: pace?.daysLeft ?? null, figures }, ...common };
}
