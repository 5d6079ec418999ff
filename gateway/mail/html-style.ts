/** Pure: colours and measures of HTML mails. Inline for mail programs that know nothing else; dark by a media query. */
import type { Tone } from './document.ts';

export const WIDTH = 600;
export const FONT = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

export const LIGHT = {
  ground: '#f1f5f9',
  card: '#ffffff',
  text: '#0f172a',
  quiet: '#475569',
  line: '#e2e8f0',
  track: '#e2e8f0',
  held: '#94a3b8',
  solar: '#f59e0b',
  onSolar: '#1c1917',
  credits: '#0d9488',
} as const;

/** Used part of the bar, and the word above the heading. */
export const TONES: Readonly<Record<Tone, { bar: string; text: string }>> = {
  calm: { bar: '#0f766e', text: '#475569' },
  good: { bar: '#0f766e', text: '#0f766e' },
  warning: { bar: '#d97706', text: '#92400e' },
  critical: { bar: '#ea580c', text: '#c2410c' },
  blocked: { bar: '#dc2626', text: '#b91c1c' },
};

/** Programs that darken by themselves leave alone what says that it knows how. */
export const DARK_CSS = `
.ground { background-color: #f1f5f9; }
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .ground { background-color: #0b1220 !important; }
  .card { background-color: #111c30 !important; border-color: #22304a !important; }
  .text { color: #e8eef7 !important; }
  .quiet { color: #a3b3c9 !important; }
  .line { border-color: #22304a !important; }
  .track { background-color: #2b3a55 !important; }
  .quote { background-color: #18263f !important; }
  .second { color: #fbbf24 !important; }
  .tone-calm { color: #a3b3c9 !important; }
  .tone-good { color: #5eead4 !important; }
  .tone-warning { color: #fbbf24 !important; }
  .tone-critical { color: #fb923c !important; }
  .tone-blocked { color: #fca5a5 !important; }
}
@media (max-width: 620px) {
  .card { border-radius: 0 !important; }
  .card > tbody > tr > td { padding: 24px 20px !important; }
  .edge > tbody > tr > td { padding-left: 20px !important; padding-right: 20px !important; }
}`;
