/** The quota bar as tables: used, held, left of the monthly limit; credits as a thinner bar below. */
import { createElement as h, type ReactElement } from 'react';
import type { Scene, Tone } from './document.ts';
import { LIGHT, TONES } from './html-style.ts';
import type { UseFigures } from './kinds.ts';

interface Part {
  readonly key: string;
  readonly tokens: number;
  readonly color: string;
  readonly className?: string;
}

export function quotaBar(
  figures: UseFigures,
  tone: Tone,
  { t, words }: Pick<Scene, 't' | 'words'>,
): ReactElement | null {
  const { limit, usedMonthly, usedCredits, credits, held, available, thresholds } = figures;
  if (limit === null || available === null) return null;
  const heldMonthly = Math.min(held, Math.max(0, limit - usedMonthly));
  const monthly: Part[] = [
    { key: 'used', tokens: Math.min(usedMonthly, limit), color: TONES[tone].bar },
    { key: 'held', tokens: heldMonthly, color: LIGHT.held },
    { key: 'left', tokens: Math.max(0, limit - usedMonthly - heldMonthly), color: LIGHT.track, className: 'track' },
  ];
  const extra: Part[] = [
    { key: 'used', tokens: usedCredits, color: TONES[tone].bar },
    { key: 'left', tokens: credits, color: LIGHT.credits },
  ];
  const used = usedMonthly + usedCredits;
  const left = available === 0 ? t('bar.none') : `${words.number(available)} ${t('bar.left')}`;
  return h(
    'div',
    { style: { margin: '20px 0 16px' } },
    marks(thresholds),
    segments('monthly', monthly, 14),
    credits + usedCredits > 0 ? h('div', { style: { height: '4px', lineHeight: '4px', fontSize: '1px' } }, ' ') : null,
    credits + usedCredits > 0 ? segments('credits', extra, 6) : null,
    h(
      'table',
      { role: 'presentation', width: '100%', cellPadding: 0, cellSpacing: 0, style: { marginTop: '6px' } },
      h(
        'tbody',
        null,
        h(
          'tr',
          null,
          h('td', { className: 'quiet', style: caption('left') }, `${words.number(used)} ${t('bar.used')}`),
          h('td', { className: 'text', style: { ...caption('right'), color: LIGHT.text, fontWeight: 600 } }, left),
        ),
      ),
    ),
  );
}

const caption = (textAlign: 'left' | 'right') => ({
  fontSize: '13px',
  lineHeight: '20px',
  color: LIGHT.quiet,
  textAlign,
});

function segments(key: string, parts: readonly Part[], height: number): ReactElement {
  const whole = parts.reduce((sum, { tokens }) => sum + tokens, 0);
  const shown =
    whole === 0 ? parts.slice(-1).map((part) => ({ ...part, tokens: 1 })) : parts.filter(({ tokens }) => tokens > 0);
  return h(
    'table',
    {
      key,
      role: 'presentation',
      width: '100%',
      cellPadding: 0,
      cellSpacing: 0,
      style: { borderCollapse: 'collapse', borderRadius: `${height / 2}px`, overflow: 'hidden', tableLayout: 'fixed' },
    },
    h(
      'tbody',
      null,
      h(
        'tr',
        null,
        ...shown.map(({ key: name, tokens, color, className }) =>
          h(
            'td',
            {
              key: name,
              className,
              // A sliver must be seen.
              width: `${Math.max(1, Math.round((1_000 * tokens) / Math.max(1, whole)) / 10)}%`,
              height,
              bgcolor: color,
              style: { backgroundColor: color, height: `${height}px`, lineHeight: `${height}px`, fontSize: '1px' },
            } as Record<string, unknown>,
            ' ',
          ),
        ),
      ),
    ),
  );
}

/** Where warnings come: small marks above the bar. */
function marks(thresholds: readonly number[]): ReactElement | null {
  const below = thresholds.filter((threshold) => threshold < 100);
  if (below.length === 0) return null;
  const ends = [...below, 100];
  return h(
    'table',
    {
      role: 'presentation',
      width: '100%',
      cellPadding: 0,
      cellSpacing: 0,
      style: { tableLayout: 'fixed', borderCollapse: 'collapse' },
    },
    h(
      'tbody',
      null,
      h(
        'tr',
        null,
        ...ends.map((end, index) =>
          h(
            'td',
            {
              key: end,
              width: `${end - (ends[index - 1] ?? 0)}%`,
              style: {
                height: '5px',
                lineHeight: '5px',
                fontSize: '1px',
                ...(end < 100 ? { borderRight: `2px solid ${LIGHT.held}` } : {}),
              },
            },
            ' ',
          ),
        ),
      ),
    ),
  );
}
