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

/** A failure in the reader's words. What has no words of its own is told in general; the cause stands in small print. */
export function failureText(words: PortalWords, { code, field }: Pick<Failure, 'code' | 'field'>): string {
  const { fields, ...byCode } = words.errors;
  const known = byCode[code];
  if (typeof known === 'string') return known;
  const byField = field === null ? undefined : fields[field.split('.')[0] ?? ''];
  return byField ?? String(byCode.other);
}
