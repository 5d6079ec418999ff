/** The product's signature, as the one thing on the page: used, held, left of the month, then credits. */
import type { CSSProperties } from 'react';
import { formatTokens } from '../../shared/format/tokens.ts';
import { useMe, useSession } from '../session/session.tsx';
import { formatDate } from '../ui/dates.ts';
import { Mark, Quiet } from '../ui/kit.tsx';
import { paceSentence } from './pace.ts';
import { type QuotaFigures, type QuotaState, quotaFigures } from './quota-figures.ts';
import css from './quota-hero.module.css';

const TONES = { fine: 'good', warning: 'warning', critical: 'critical', empty: 'blocked' } as const;

export function QuotaHero() {
  const { locale, words } = useSession();
  const me = useMe();
  const figures = quotaFigures(me);
  const { balance } = words;
  const pace = paceSentence(me, words, locale);
  // Whoever may not use anything is not told that all is fine, nor how long it will last.
  const isActive = me.status === 'active';
  if (!figures) {
    return (
      <div className={css.hero}>
        <p className={css.figure}>
          <strong className={css.left}>{balance.noLimit}</strong>
        </p>
        <p>{balance.noLimitText(formatTokens(me.usedMonthly + me.usedCredits, locale))}</p>
        {isActive && <Quiet>{pace.text}</Quiet>}
      </div>
    );
  }
  return (
    <div className={css.hero}>
      <p className={css.figure}>
        <strong className={css.left}>{formatTokens(figures.available, locale)}</strong>
        <span className={css.unit}>{balance.left}</span>
        {isActive && (
          <span className={css.state}>
            <Mark tone={TONES[figures.state]}>{balance.state[figures.state]}</Mark>
          </span>
        )}
      </p>
      <Bar figures={figures} thresholds={me.alerts.thresholds} />
      <Legend figures={figures} />
      {isActive && <p>{pace.text}</p>}
      {!(isActive && pace.tellsRenewal) && (
        <Quiet>{balance.renews(formatDate(me.nextReset, locale, me.timeZone))}</Quiet>
      )}
    </div>
  );
}

/** A segment's share of the length. */
const grow = (tokens: number): CSSProperties => ({ flexGrow: tokens, flexBasis: 0 });

function Bar({ figures, thresholds }: { figures: QuotaFigures; thresholds: readonly number[] }) {
  const { words, locale } = useSession();
  const { used, held, left, credits, whole, state } = figures;
  const { bar } = words.balance;
  const label = [
    bar.label,
    `${bar.used} ${bar.of(formatTokens(used, locale), formatTokens(whole, locale))}`,
    ...thresholds.map(bar.warnAt),
  ].join(', ');
  return (
    <div className={css.bar} data-state={state} role="img" aria-label={label}>
      {(used > 0 || whole === 0) && <span className={css.used} style={grow(whole === 0 ? 1 : used)} />}
      {held > 0 && <span className={css.held} style={grow(held)} />}
      {left > 0 && <span className={css.rest} style={grow(left)} />}
      {credits > 0 && <span className={css.credits} style={grow(credits)} />}
      {thresholds.map((percent) => (
        <span key={percent} className={css.threshold} style={{ left: `${percent}%` }} />
      ))}
    </div>
  );
}

function Legend({ figures }: { figures: QuotaFigures }) {
  const { words, locale } = useSession();
  const { bar } = words.balance;
  const parts = [
    { part: 'used', title: bar.used, tokens: figures.used },
    { part: 'held', title: bar.held, tokens: figures.held },
    { part: 'left', title: bar.left, tokens: figures.left },
    { part: 'credits', title: bar.credits, tokens: figures.credits },
  ].filter(({ part, tokens }) => part === 'used' || part === 'left' || tokens > 0);
  return (
    <dl className={css.legend}>
      {parts.map(({ part, title, tokens }) => (
        <div key={part}>
          <Swatch part={part} state={figures.state} />
          <dt>{title}</dt>
          <dd>{formatTokens(tokens, locale)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Swatch({ part, state }: { part: string; state: QuotaState }) {
  return <span className={css.swatch} data-part={part} data-state={state} aria-hidden="true" />;
}
