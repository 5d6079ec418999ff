import css from './quota-bar.module.css';
import { type QuotaFigures, quotaSegments } from './quota-segments.ts';

interface QuotaBarProps {
  figures: QuotaFigures;
  /** Shares in percent at which the person is warned. */
  thresholds?: readonly number[];
  /** In a list, in a drawer, or as the one thing on a page. */
  size?: 'small' | 'large' | 'hero';
  /** Says the same in words. */
  label: string;
  /** At the right end: what is left. */
  end?: string;
}

/** Used, held (hatched), left of the month, then credits as a thinner segment. Without a limit there is only the text. */
export function QuotaBar({ figures, thresholds = [], size = 'small', label, end }: QuotaBarProps) {
  const segments = quotaSegments(figures);
  if (!segments) return <span className={css.end}>{end ?? label}</span>;
  const level =
    segments.used >= 100 ? 'blocked' : segments.used >= 95 ? 'critical' : segments.used >= 80 ? 'warning' : 'good';
  return (
    <span className={css.row} data-size={size}>
      <span className={css.bar} role="img" aria-label={label} data-level={level}>
        <span className={css.used} style={{ width: `${segments.used}%` }} />
        <span className={css.held} style={{ width: `${segments.held}%` }} />
        <span className={css.left} style={{ width: `${segments.left}%` }} />
        <span className={css.credits} style={{ width: `${segments.credits}%` }} />
        {size !== 'small' &&
          thresholds
            .filter((threshold) => threshold < 100)
            .map((threshold) => <span key={threshold} className={css.mark} style={{ left: `${threshold}%` }} />)}
      </span>
      {end !== undefined && <span className={css.end}>{end}</span>}
    </span>
  );
}
