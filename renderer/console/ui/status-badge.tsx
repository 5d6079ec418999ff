import css from './status-badge.module.css';

export type Meaning = 'good' | 'quiet' | 'warning' | 'critical' | 'blocked';

const SHAPES: Record<Meaning, string> = { good: '●', quiet: '○', warning: '▲', critical: '◆', blocked: '■' };

/** A state as a word with a shape: never as a colour alone. */
export function StatusBadge({ meaning, children }: { meaning: Meaning; children: string }) {
  return (
    <span className={css.badge} data-meaning={meaning}>
      <span aria-hidden>{SHAPES[meaning]}</span>
      <span className={css.word}>{children}</span>
    </span>
  );
}
