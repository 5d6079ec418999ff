import { Link } from 'wouter';
import type { OwnTicket, TicketStatus } from '../../../gateway/contract/tickets.ts';
import { formatTokens } from '../../shared/format/tokens.ts';
import type { Locale } from '../../shared/i18n/locale.ts';
import type { PortalWords } from '../i18n/en.ts';
import { useSession } from '../session/session.tsx';
import { formatMoment } from '../ui/dates.ts';
import { Mark } from '../ui/kit.tsx';
import css from './ticket-list.module.css';

export const TONES = {
  open: 'quiet',
  asked: 'warning',
  approved: 'good',
  rejected: 'critical',
  answered: 'good',
  withdrawn: 'quiet',
} as const satisfies Record<TicketStatus, string>;

/** What a ticket asks for, in a few words. */
export function wishText({ kind, amount }: OwnTicket, words: PortalWords, locale: Locale): string {
  if (amount === null) return words.kinds[kind];
  const tokens = formatTokens(amount, locale);
  return kind === 'limit_change' ? words.requests.limit(tokens) : words.requests.tokens(tokens);
}

export function TicketList({ tickets }: { tickets: readonly OwnTicket[] }) {
  const { words, locale } = useSession();
  const { requests } = words;
  return (
    <ul className={css.list}>
      {tickets.map((ticket) => (
        <li key={ticket.id} className={css.item}>
          <Link href={`/requests/${ticket.number}`} className={css.link}>
            <span className={css.what}>
              {ticket.ticket}
              {' · '}
              {wishText(ticket, words, locale)}
            </span>
            <Mark tone={TONES[ticket.status]}>{words.statuses[ticket.status]}</Mark>
            <span className={css.about}>
              {formatMoment(ticket.createdAt, locale)}
              {ticket.status === 'open' &&
                ` · ${ticket.overdue ? requests.overdue : requests.due(formatMoment(ticket.dueAt, locale))}`}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
