import type { OwnLedgerEntry } from '../../../gateway/contract/portal.ts';
import { formatTokens } from '../../shared/format/tokens.ts';
import { useSession } from '../session/session.tsx';
import { formatMoment } from '../ui/dates.ts';
import css from './entries.module.css';

/** Movements, as what left the user and what came. */
export function Entries({ entries }: { entries: readonly OwnLedgerEntry[] }) {
  return (
    <ul className={css.list}>
      {entries.map((entry) => (
        <Entry key={entry.id} entry={entry} />
      ))}
    </ul>
  );
}

function Entry({ entry }: { entry: OwnLedgerEntry }) {
  const { words, locale } = useSession();
  const { kind, monthlyDelta, creditsDelta, usedMonthlyAfter, model, usageId, ticket, reason, createdAt } = entry;
  const { statement } = words;
  const isClosing = kind === 'reset' && monthlyDelta === 0;
  const change = creditsDelta - monthlyDelta;
  const about = [
    formatMoment(createdAt, locale),
    kind === 'debit' && usageId === null ? statement.notKept : model,
    kind === 'debit' && creditsDelta < 0 ? statement.fromCredits(formatTokens(-creditsDelta, locale)) : null,
    isClosing ? statement.closing(formatTokens(usedMonthlyAfter, locale)) : null,
    // The reason of a decision begins with its ticket.
    reason ?? ticket,
  ].filter((part) => part !== null);
  return (
    <li className={css.entry}>
      <span className={css.what}>{statement.kinds[kind]}</span>
      {!isClosing && (
        <span className={css.change} data-more={change > 0 ? '' : undefined}>
          {change > 0 ? '+' : change < 0 ? '−' : ''}
          {formatTokens(Math.abs(change), locale)}
        </span>
      )}
      <span className={css.about}>{about.join(' · ')}</span>
    </li>
  );
}
