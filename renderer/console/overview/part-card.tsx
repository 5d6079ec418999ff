import { type Locale, messages } from '../../shared/i18n/locale.ts';
import { StatusMark } from '../../shared/ui/status-mark.tsx';
import type { PartView } from './health-view.ts';
import css from './part-card.module.css';

interface PartCardProps {
  part: PartView;
  locale: Locale;
}

export function PartCard({ part, locale }: PartCardProps) {
  return (
    <article className={css.card} data-status={part.status}>
      <h3 className={css.title}>{part.title}</h3>
      <StatusMark status={part.status} word={messages[locale].status[part.status]} />
      {part.figure && <p className={css.figure}>{part.figure}</p>}
      <p className={css.note}>{part.note}</p>
    </article>
  );
}
