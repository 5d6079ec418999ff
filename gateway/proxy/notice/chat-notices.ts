/** The optional line at the end of the answer in which a user crosses a threshold; once for each in a period. */
import { and, eq, lt } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import { reachedBy } from '../../alerts/thresholds.ts';
import { findUses } from '../../alerts/use.ts';
import type { GatewayContext } from '../../context.ts';
import { userLocale } from '../../contract/user-locale.ts';
import type { Dialect, JsonObject } from '../dialects/dialect.ts';
import type { Exchange } from '../exchange.ts';
import { placesToAsk } from '../quota-reply.ts';
import { chatNotice } from './chat.ts';
import { geminiNotice } from './gemini.ts';
import { messagesNotice } from './messages.ts';
import { noticeLine } from './notice-line.ts';
import { responsesNotice } from './responses.ts';
import { createStreamNotice, type StreamNotice } from './stream-notice.ts';
import { looksLikeData, type NoticeWire } from './wire.ts';

export interface ChatNotices {
  /** Follows the exchange's stream; null where no line can be put into it. */
  openStream(exchange: Exchange): StreamNotice | null;
  /** The settled answer with the line, as JSON; null where it stays as it is. */
  intoBody(exchange: Exchange, answer: unknown, text: string): Promise<string | null>;
  /** The line that is due to the exchange's user now that it is settled; whoever asks is to deliver it. */
  due(exchange: Exchange): Promise<string | null>;
}

/** Legacy completions are no chat: what they say goes on in somebody's text. */
const WIRES: Readonly<Partial<Record<Dialect['id'], NoticeWire>>> = {
  chat: chatNotice,
  responses: responsesNotice,
  messages: messagesNotice,
  gemini: geminiNotice,
};
const REMEMBERED_USERS = 10_000;

export function createChatNotices(context: GatewayContext): ChatNotices {
  const { db, settings, events, log } = context;
  /** The next threshold that a user is to be told of, in percent, and the period that it is for. */
  const awaited = new LRUCache<string, { period: string; next: number }>({
    max: REMEMBERED_USERS,
  });
  events.on(['user_changed', 'plans_changed', 'settings_changed'], () => awaited.clear());

  /** How the exchange's answers take a line; null where nobody reads them. */
  const wireOf = ({ dialect, key, user, body }: Exchange): NoticeWire | null => {
    if (!settings.current().notices.inChat) return null;
    // Personal keys are for scripts: what they get is read by programs.
    if (user === null || key?.kind !== 'service') return null;
    const wire = WIRES[dialect.id];
    return wire && !wire.wantsData(body) ? wire : null;
  };

  const find = async (exchange: Exchange, userId: string): Promise<string | null> => {
    const { balance, period } = exchange;
    if (balance === null || balance.limit === null) return null;
    const known = awaited.get(userId);
    if (known?.period === period.id && sharePercent(balance) < known.next) return null;
    const [use] = await findUses(db, context, [userId]);
    if (!use || use.period !== period.id || use.figures.limit === null) return null;
    const top = reachedBy(use.share, use.thresholds).at(-1) ?? 0;
    const next = use.thresholds.find((threshold) => threshold > top) ?? Number.POSITIVE_INFINITY;
    // Several answers and gateways may come here at once: the row decides who tells.
    const { userPeriods } = db.tables;
    const isRow = and(eq(userPeriods.userId, userId), eq(userPeriods.period, period.id));
    const told =
      top === 0
        ? []
        : await db
            .update(userPeriods)
            .set({ toldShare: top })
            .where(and(isRow, lt(userPeriods.toldShare, top)))
            .returning({ userId: userPeriods.userId });
    awaited.set(userId, { period: period.id, next });
    if (told.length === 0) return null;
    const settingsNow = settings.current();
    return noticeLine({
      share: use.share,
      left: use.figures.available ?? 0,
      locale: userLocale(exchange.user?.locale) ?? settingsNow.locale,
      ...placesToAsk(settingsNow),
    });
  };

  const due = async (exchange: Exchange): Promise<string | null> => {
    if (exchange.user === null) return null;
    return find(exchange, exchange.user.id).catch((err: unknown) => {
      log.warn({ err, usageId: exchange.id }, 'A user could not be told of the share used in the answer');
      return null;
    });
  };

  return {
    openStream(exchange) {
      const wire = wireOf(exchange);
      return wire && createStreamNotice(wire);
    },
    async intoBody(exchange, answer, text) {
      const wire = wireOf(exchange);
      if (!wire || looksLikeData(text) || wire.intoBody(answer as JsonObject, '') === null) return null;
      const line = await due(exchange);
      return line === null ? null : JSON.stringify(wire.intoBody(answer as JsonObject, line));
    },
    due,
  };
}

/** What the balance behind a settlement says of the share; thresholds are compared with the one that is read. */
function sharePercent({ usedMonthly, usedCredits, available, held }: NonNullable<Exchange['balance']>): number {
  const used = usedMonthly + usedCredits;
  const all = used + (available ?? 0) + held;
  return all === 0 ? 100 : (used / all) * 100;
}
