import css from './status-mark.module.css';

export type Status = 'healthy' | 'degraded' | 'unhealthy';

interface StatusMarkProps {
  status: Status;
  /** The word that goes with the shape; without it the mark is decoration beside other words. */
  word?: string;
  size?: number;
}

/** Each status has its own shape, so that colour is never alone. */
const SHAPES: Record<Status, string> = {
  healthy: 'M4.5 8.4 7 10.9 11.6 5.6',
  degraded: 'M8 4.6v4.2M8 11.3v.1',
  unhealthy: 'M5.5 5.5l5 5M10.5 5.5l-5 5',
};

const GROUNDS: Record<Status, string> = {
  healthy: 'M8 .5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15Z',
  degraded: 'M8 1.2 15.4 14.3a.6.6 0 0 1-.5.9H1.1a.6.6 0 0 1-.5-.9L7.5 1.2a.6.6 0 0 1 1 0Z',
  unhealthy: 'M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5Z',
};

export function StatusMark({ status, word, size = 16 }: StatusMarkProps) {
  return (
    <span className={css.mark} data-status={status}>
      <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
        <path d={GROUNDS[status]} fill="currentColor" />
        <path d={SHAPES[status]} fill="none" stroke="var(--surface)" strokeWidth="1.8" strokeLinecap="round" />
      </svg>
      {word && <span>{word}</span>}
    </span>
  );
}
