/** Pure: how a refusal for want of tokens is told, in words that a person can read wherever LibreChat shows them. */

import { dateFormat, numberFormat } from '../contract/formatters.ts';
import type { Period } from '../ledger/periods.ts';
import type { Balance } from '../ledger/port.ts';
import { type Dialect, PLAIN_TARGET, type Refusal, type RequestFacts, type Target } from './dialects/dialect.ts';
import { firstCharacters, LONGEST_SENTENCE, onOneLine, RefusedError } from './refusal.ts';

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
  /** Where to see what is left and to ask for more; ends with a slash. */
  readonly portalUrl: string | null;
  readonly contactEmail: string | null;
}

/** Where a refused user may ask for more, by the settings. */
export function placesToAsk({
  publicUrl,
  creditsEmail,
}: {
  publicUrl: string | null;
  creditsEmail: string | null;
}): Pick<QuotaSituation, 'portalUrl' | 'contactEmail'> {
  return {
    portalUrl: publicUrl === null ? null : new URL('/portal/', publicUrl).href,
    contactEmail: creditsEmail,
  };
}

const LONGEST_NAME = 40;

/**
 * One line of at most 240 characters: that the quota is exceeded, the numbers, the date, where to ask for more.
 * Without braces, because LibreChat takes them for JSON, and without any phrase that it takes for context overflow.
 */
export function quotaSentence(situation: QuotaSituation): string {
  const { balance, period, timeZone, locale, sharedBy } = situation;
  const number = numberFormat(locale);
  const date = dateFormat(locale, { dateStyle: 'long', timeZone }).format(period.endsAt);
  const used = number.format(balance.usedMonthly);
  const limit = number.format(balance.limit ?? 0);
  const where = situation.portalUrl ?? situation.contactEmail;
  const name = sharedBy && firstCharacters(onOneLine(sharedBy), LONGEST_NAME);

  const left = name || balance.available === 0 ? null : number.format(balance.available ?? 0);
  if (locale === 'pt-BR') {
    return oneLine({
      what: name ? `Cota esgotada para ${name}` : `Cota esgotada: ${used} de ${limit} tokens do mês usados`,
      left: left && `${left} restantes não bastam`,
      reset: `Renova em ${date} (${timeZone}).`,
      ask: where && `Solicite créditos: ${where}`,
      askSomebody: 'Fale com o administrador.',
    });
  }
  return oneLine({
    what: name ? `Token quota exceeded for ${name}` : `Monthly token quota exceeded: ${used} of ${limit} tokens used`,
    left: left && `the ${left} left are too few`,
    reset: `It resets on ${date} (${timeZone}).`,
    ask: where && `Ask for more: ${where}`,
    askSomebody: 'Ask your administrator for more.',
  });
}

interface Pieces {
  readonly what: string;
  readonly left: string | null;
  readonly reset: string;
  readonly ask: string | null;
  readonly askSomebody: string;
}

/** All of it where it fits; what says least goes first, where to ask stays at the end. */
function oneLine({ what, left, reset, ask, askSomebody }: Pieces): string {
  const brief = `${what}. ${reset}`;
  const full = left === null ? brief : `${what}, ${left}. ${reset}`;
  const candidates = [`${full} ${ask ?? askSomebody}`, `${brief} ${ask ?? askSomebody}`, `${brief} ${askSomebody}`];
  return candidates.find((line) => line.length <= LONGEST_SENTENCE) ?? firstCharacters(brief, LONGEST_SENTENCE);
}

/** The refusal in the configured mode; see facts on how each LibreChat version shows it in the README. */
export function quotaRefusal(
  mode: QuotaReplyMode,
  situation: QuotaSituation,
  dialect: Dialect,
  request: RequestFacts,
  requestId: string,
  target: Target = PLAIN_TARGET,
): RefusedError {
  const { balance, period, now, portalUrl, contactEmail } = situation;
  const sentence = quotaSentence(situation);
  const refusal: Refusal = {
    statusCode: mode === '403' ? 403 : mode === '402' ? 402 : 429,
    code: 'insufficient_quota',
    message: sentence,
    ...(mode === '429 with hint' ? { hint: { type: 'google_error', info: sentence } } : {}),
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
        buy_tokens: portalUrl && new URL('request', portalUrl).href,
        contact_support: portalUrl ? new URL('support', portalUrl).href : contactEmail && `mailto:${contactEmail}`,
      },
    },
  };
  const instead =
    mode === 'assistant message' ? dialect.assistantMessage(sentence, request, requestId, now, target) : null;
  return new RefusedError(refusal, instead);
}
