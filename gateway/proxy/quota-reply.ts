/** Pure: how a refusal for want of tokens is told, in words that a person can read wherever LibreChat shows them. */

import type { Period } from '../ledger/periods.ts';
import type { Balance } from '../ledger/port.ts';
import type { Dialect, Refusal, RequestFacts } from './dialects/dialect.ts';
import { RefusedError } from './refusal.ts';

export type QuotaReplyMode = '429' | '429 with hint' | '403' | '402' | 'assistant message';
export type Locale = 'en' | 'pt-BR';

export interface QuotaSituation {
  readonly balance: Balance;
  readonly period: Period;
  readonly timeZone: string;
  readonly now: number;
  readonly locale: Locale;
  /** Name of the department or team whose shared cap is reached; null when it is the user's own. */
  readonly sharedBy: string | null;
  /** Where to ask for more. */
  readonly portalUrl: string | null;
  readonly contactEmail: string | null;
}

const LONGEST_SENTENCE = 240;
const LONGEST_NAME = 40;

/**
 * One line of at most 240 characters: that the quota is exceeded, the numbers, the date, where to ask for more.
 * Without braces, because LibreChat takes them for JSON, and without any phrase that it takes for context overflow.
 */
export function quotaSentence(situation: QuotaSituation): string {
  const { balance, period, timeZone, locale, sharedBy } = situation;
  const number = new Intl.NumberFormat(locale);
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(period.endsAt);
  const used = number.format(balance.usedMonthly);
  const limit = number.format(balance.limit ?? 0);
  const where = situation.portalUrl ?? situation.contactEmail;
  const name = sharedBy
    ?.replace(/[{}\s]+/g, ' ')
    .trim()
    .slice(0, LONGEST_NAME);

  if (locale === 'pt-BR') {
    const what = name ? `Cota esgotada para ${name}` : `Cota esgotada: ${used} de ${limit} tokens do mês usados`;
    const left =
      name || balance.available === 0 ? '' : `, ${number.format(balance.available ?? 0)} restantes não bastam`;
    const ask = where ? `Solicite créditos: ${where}` : 'Fale com o administrador.';
    return inOneLine(`${what}${left}. Renova em ${date} (${timeZone}).`, ask);
  }
  const what = name
    ? `Token quota exceeded for ${name}`
    : `Monthly token quota exceeded: ${used} of ${limit} tokens used`;
  const left = name || balance.available === 0 ? '' : `, the ${number.format(balance.available ?? 0)} left are too few`;
  const ask = where ? `Ask for more: ${where}` : 'Ask your administrator for more.';
  return inOneLine(`${what}${left}. It resets on ${date} (${timeZone}).`, ask);
}

function inOneLine(sentence: string, ask: string): string {
  const whole = `${sentence} ${ask}`;
  return whole.length <= LONGEST_SENTENCE ? whole : sentence.slice(0, LONGEST_SENTENCE);
}

/** The refusal in the configured mode; see facts on how each LibreChat version shows it in the README. */
export function quotaRefusal(
  mode: QuotaReplyMode,
  situation: QuotaSituation,
  dialect: Dialect,
  request: RequestFacts,
  requestId: string,
): RefusedError {
  const { balance, period, now } = situation;
  const sentence = quotaSentence(situation);
  const hint = mode === '429 with hint' ? ` ${JSON.stringify({ type: 'google_error', info: sentence })}` : '';
  const refusal: Refusal = {
    statusCode: mode === '403' ? 403 : mode === '402' ? 402 : 429,
    code: 'insufficient_quota',
    message: `${sentence}${hint}`,
    headers: {
      'retry-after': String(Math.max(1, Math.ceil((period.endsAt - now) / 1000))),
      'x-should-retry': 'false',
    },
    extra: {
      details: {
        used: balance.usedMonthly + balance.usedCredits,
        limit: balance.limit,
        additional: balance.credits,
        held: balance.held,
        available: balance.available,
        next_reset: new Date(period.endsAt).toISOString().replace('.000Z', 'Z'),
      },
      actions: {
        buy_tokens: situation.portalUrl,
        contact_support: situation.portalUrl ?? (situation.contactEmail && `mailto:${situation.contactEmail}`),
      },
    },
  };
  const instead = mode === 'assistant message' ? dialect.assistantMessage(sentence, request, requestId, now) : null;
  return new RefusedError(refusal, instead);
}
