/** The quota bar as tables: used, held, left of the monthly limit, then credits, thinner; marks at shares of the whole. */
import { createElement as h, type ReactElement } from 'react';
import type { Scene, Tone } from './document.ts';
import { LIGHT, TONES } from './html-style.ts';
import type { UseFigures } from './kinds.ts';

interface Part {
  readonly key: string;
  readonly tokens: number;
  readonly color: string;
  readonly className?: string;
  readonly height?: number;
}

const HEIGHT = 14;
const THIN = 6;

export function quotaBar(
  figures: UseFigures,
  tone: Tone,
  { t, words }: Pick<Scene, 't' | 'words'>,
): ReactElement | null {
  const { limit, usedMonthly, usedCredits, held, available, thresholds } = figures;
  if (limit === null || available === null) return null;
  const used = usedMonthly + usedCredits;
  // Requests hold the month before the credits.
  const leftOfMonth = Math.min(available, Math.max(0, limit - usedMonthly - held));
  const parts: Part[] = [
    { key: 'used', tokens: used, color: TONES[tone].bar },
    { key: 'held', tokens: held, color: LIGHT.held },
    { key: 'left', tokens: leftOfMonth, color: LIGHT.track, className: 'track' },
    { key: 'credits', tokens: available - leftOfMonth, color: LIGHT.credits, height: THIN },
  ];
  const left = available === 0 ? t('bar.none') : `${words.number(available)} ${t('bar.left')}`;
  return h(
    'div',
    { style: { margin: '20px 0 16px' } },
    marks(thresholds),
    segments(parts),
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

function segments(parts: readonly Part[]): ReactElement {
  const whole = parts.reduce((sum, { tokens }) => sum + tokens, 0);
  const shown =
    whole === 0 ? parts.slice(0, 1).map((part) => ({ ...part, tokens: 1 })) : parts.filter(({ tokens }) => tokens > 0);
  return h(
    'table',
    {
      role: 'presentation',
      width: '100%',
      cellPadding: 0,
      cellSpacing: 0,
      style: {
        borderCollapse: 'collapse',
        borderRadius: `${HEIGHT / 2}px`,
        overflow: 'hidden',
        tableLayout: 'fixed',
      },
    },
    h('tbody', null, h('tr', null, ...shown.map((part) => segment(part, whole)))),
  );
}

function segment({ key, tokens, color, className, height = HEIGHT }: Part, whole: number): ReactElement {
  const filled = {
    backgroundColor: color,
    height: `${height}px`,
    lineHeight: `${height}px`,
    fontSize: '1px',
  };
  const isThin = height < HEIGHT;
  return h(
    'td',
    {
      key,
      className,
      // A sliver must be seen.
      width: `${Math.max(1, Math.round((1_000 * tokens) / Math.max(1, whole)) / 10)}%`,
      height: HEIGHT,
      ...(isThin ? { valign: 'middle' } : { bgcolor: color }),
      style: isThin ? { verticalAlign: 'middle', fontSize: '1px' } : filled,
    } as Record<string, unknown>,
    isThin ? h('div', { style: filled }, ' ') : ' ',
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
