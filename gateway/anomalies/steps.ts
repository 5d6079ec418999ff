/** What is done about an anomaly, and how it is taken back: each inside the caller's transaction. */
import { eq } from 'drizzle-orm';
import type { Changer } from '../accounts/checks.ts';
import { setStatus } from '../accounts/moves.ts';
import type { UserRow } from '../accounts/queries.ts';
import { SYSTEM } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { AnomalyDetails, AnomalyLevel } from '../contract/alerts.ts';
import { userLocale } from '../contract/user-locale.ts';
import type { Tx } from '../db/database.ts';
import { inForceOf } from './in-force.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

type Step = Pick<AnomalyDetails, 'step' | 'perMinute' | 'until'>;

/** Said to the user wherever the suspension shows. */
const REASON = { en: 'Unusual use of the account', 'pt-BR': 'Uso incomum da conta' } as const;

/** What the settings say to do at a level, from now on; null for nothing at all. */
export function stepFor({ settings, clock }: GatewayContext, level: AnomalyLevel): Step | null {
  const { anomalies } = settings.current();
  const { limitPerMinute, limitMinutes, suspendHours } = anomalies;
  const now = clock.now();
  const step = anomalies[level];
  switch (step) {
    case 'off':
      return null;
    case 'watch':
      return { step, perMinute: null, until: null };
    case 'limit':
      return { step, perMinute: limitPerMinute, until: now + limitMinutes * MINUTE_MS };
    case 'suspend':
      return { step, perMinute: null, until: suspendHours === null ? null : now + suspendHours * HOUR_MS };
  }
}

/** Limits or suspends the user. The mail about it is the caller's: it tells what was seen, too. */
export async function takeStep(
  context: GatewayContext,
  tx: Tx,
  user: UserRow,
  alertId: string,
  { step, perMinute, until }: Step,
): Promise<void> {
  if (step === 'limit') {
    const { users } = tx.tables;
    await tx
      .update(users)
      .set({ temporaryRate: perMinute, temporaryRateUntil: until, temporaryRateAlertId: alertId })
      .where(eq(users.id, user.id));
    await context.audit.write(tx, {
      actor: SYSTEM,
      action: 'user.rate_limited',
      target: { kind: 'user', id: user.id },
      details: { perMinute, until, alertId },
    });
  }
  if (step === 'suspend') {
    const locale = userLocale(user.locale) ?? context.settings.current().locale;
    const change = { userId: user.id, status: 'suspended', reason: REASON[locale], until, alertId } as const;
    await setStatus(context, tx, change, { actor: SYSTEM, operatorId: null });
  }
}

/** Ends what this alert's steps restrict, and nothing that somebody else set since. @returns whether there was anything */
export async function takeBack(
  context: GatewayContext,
  tx: Tx,
  user: UserRow,
  alertId: string,
  by: Changer,
): Promise<boolean> {
  const { users } = tx.tables;
  const now = context.clock.now();
  const { limit, suspend } = inForceOf(user, alertId, now);
  if (user.temporaryRateAlertId === alertId) {
    await tx
      .update(users)
      .set({ temporaryRate: null, temporaryRateUntil: null, temporaryRateAlertId: null })
      .where(eq(users.id, user.id));
  }
  if (limit) {
    await context.audit.write(tx, {
      actor: by.actor,
      action: 'user.rate_limit_lifted',
      target: { kind: 'user', id: user.id },
      details: { alertId },
    });
  }
  if (suspend) await setStatus(context, tx, { userId: user.id, status: 'active', reason: null, until: null }, by);
  return limit || suspend;
}
