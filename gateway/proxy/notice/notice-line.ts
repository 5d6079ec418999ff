/** Pure: the line that ends an answer in which a threshold is crossed. Markdown, as chats show it. */
import { wholePercent } from '../../alerts/thresholds.ts';
import { numberFormat } from '../../contract/formatters.ts';
import type { Locale } from '../quota-reply.ts';

export interface NoticeFigures {
  /** In [0, 1]. */
  readonly share: number;
  readonly left: number;
  readonly locale: Locale;
  readonly portalUrl: string | null;
  readonly contactEmail: string | null;
}

/** One line, set off from what the model said. */
export function noticeLine({ share, left, locale, portalUrl, contactEmail }: NoticeFigures): string {
  const number = numberFormat(locale).format(left);
  const percent = wholePercent(share);
  const where = portalUrl ?? (contactEmail === null ? null : `mailto:${contactEmail}`);
  if (locale === 'pt-BR') {
    const rest = left === 0 ? 'não resta nenhum' : left === 1 ? 'resta 1' : `restam ${number}`;
    const ask = where === null ? 'Para ter mais, fale com o administrador.' : `[Ver o saldo ou pedir mais](${where})`;
    return `\n\n*Você já usou ${percent}% dos seus tokens; ${rest}. ${ask}*`;
  }
  const rest = left === 0 ? 'none are left' : left === 1 ? '1 is left' : `${number} are left`;
  const ask = where === null ? 'Ask your administrator for more.' : `[See your balance or ask for more](${where})`;
  return `\n\n*You have used ${percent}% of your tokens; ${rest}. ${ask}*`;
}
