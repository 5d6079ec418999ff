import { type Locale, messages } from '../../shared/i18n/locale.ts';
import { StatusMark } from '../../shared/ui/status-mark.tsx';
import { useMay } from '../session/use-session.tsx';
import { AnchorLink } from '../ui/anchor-link.tsx';
import type { PartView } from './health-view.ts';
import css from './part-card.module.css';
import { upstreamsOf } from './ways.ts';

interface PartCardProps {
  part: PartView;
  locale: Locale;
}

/** How a part of the gateway does; the upstreams lead to each of them. */
export function PartCard({ part, locale }: PartCardProps) {
  const may = useMay();
  return (
    <article className={css.card} data-status={part.status}>
      <h3 className={css.title}>
        {part.name === 'upstreams' ? (
          <AnchorLink {...upstreamsOf(may('admin'))} c="inherit">
            {part.title}
          </AnchorLink>
        ) : (
          part.title
        )}
      </h3>
      <StatusMark status={part.status} word={messages[locale].status[part.status]} />
      {part.figure && <p className={css.figure}>{part.figure}</p>}
      <p className={css.note}>{part.note}</p>
    </article>
  );
}
