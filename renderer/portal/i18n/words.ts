/** The portal's words by language, and how failures are told in them. */
import type { Locale } from '../../shared/i18n/locale.ts';
import type { Failure } from '../session/client.ts';
import { en, type PortalWords } from './en.ts';
import { ptBr } from './pt-br.ts';

export type { PortalWords } from './en.ts';

export const portalWords: Record<Locale, PortalWords> = { en, 'pt-BR': ptBr };

/** What is wrong with a text that must say something; null when nothing is. @param field whose words are taken */
export function textFault(words: PortalWords, text: string, longest: number, field: string): string | null {
  const length = text.trim().length;
  if (length === 0) return words.errors.fields[field] ?? String(words.errors.other);
  return length > longest ? words.tooLong(formatNumber(longest)) : null;
}

function formatNumber(value: number): string {
  return value.toLocaleString(document.documentElement.lang);
}

/** A failure in the reader's words, with what to do now. What has no words of its own is told by its status. */
export function failureText(words: PortalWords, failure: Failure): string {
  const { code, field, status, retryAfterSeconds } = failure;
  const { fields, ...byCode } = words.errors;
  const known = byCode[code];
  if (typeof known === 'string') return known;
  const byField = field === null ? undefined : fields[field.split('.')[0] ?? ''];
  return byField ?? statusText(words, status, retryAfterSeconds) ?? String(byCode.other);
}

/** How many seconds are waited where the gateway names none. */
const USUAL_WAIT_S = 60;

function statusText({ answers }: PortalWords, status: number, retryAfterSeconds: number | null): string | null {
  if (status >= 500) return answers.server;
  switch (status) {
    case 401:
      return answers.ended;
    case 403:
      return answers.forbidden;
    case 404:
      return answers.gone;
    case 409:
      return answers.conflict;
    case 413:
      return answers.tooLarge;
    case 429:
      return answers.tooMany(retryAfterSeconds ?? USUAL_WAIT_S);
    default:
      return null;
  }
}
