/** The portal's words by language, and how failures are told in them. */
import type { Locale } from '../../shared/i18n/locale.ts';
import type { Failure } from '../session/client.ts';
import { en, type PortalWords } from './en.ts';
import { ptBr } from './pt-br.ts';

export type { PortalWords } from './en.ts';

export const portalWords: Record<Locale, PortalWords> = { en, 'pt-BR': ptBr };

/** A failure in the reader's words. What has no words of its own is told in general; the cause stands in small print. */
export function failureText(words: PortalWords, { code, field }: Pick<Failure, 'code' | 'field'>): string {
  const { fields, ...byCode } = words.errors;
  const known = byCode[code];
  if (typeof known === 'string') return known;
  const byField = field === null ? undefined : fields[field.split('.')[0] ?? ''];
  return byField ?? String(byCode.other);
}
