/** Pure: the plain-text twin of a mail. */
import type { MailDocument, Row, Scene } from './document.ts';
import type { UseFigures } from './kinds.ts';
import type { Frame } from './render.ts';

const BAR_CELLS = 24;

/** Reads well in any program: short paragraphs, a bar of blocks, links on lines of their own. */
export function plainText(document: MailDocument, frame: Frame, scene: Pick<Scene, 't' | 'words'>): string {
  const { heading, lead, bar, paragraphs = [], quote, rows = [], tables = [], main, second } = document;
  const parts: string[] = [heading.toUpperCase(), frame.greeting, lead];
  if (bar) parts.push(textBar(bar, scene));
  parts.push(...paragraphs);
  if (quote) parts.push(`${quote.label}:\n${indented(quote.text)}`);
  if (rows.length > 0) parts.push(table(rows));
  for (const { title, rows: more } of tables) parts.push(`${title}\n${table(more)}`);
  for (const button of [main, second]) if (button) parts.push(`${button.label}:\n${button.url}`);
  if (frame.contact !== null) parts.push(frame.contact);
  const footer = frame.preferences
    ? `${frame.footer}\n${frame.preferences.label}: ${frame.preferences.url}`
    : frame.footer;
  // RFC 3676: the line by which programs know a signature.
  return `${parts.join('\n\n')}\n\n-- \n${footer}\n`;
}

function textBar(
  { limit, usedMonthly, usedCredits, available, held }: UseFigures,
  { t, words }: Pick<Scene, 't' | 'words'>,
) {
  if (limit === null || available === null) return `${words.number(usedMonthly + usedCredits)} ${t('bar.used')}`;
  const used = usedMonthly + usedCredits;
  const whole = used + held + available;
  const cells = whole === 0 ? BAR_CELLS : Math.round((BAR_CELLS * (used + held)) / whole);
  const left = available === 0 ? t('bar.none') : `${words.number(available)} ${t('bar.left')}`;
  return `[${'#'.repeat(cells)}${'.'.repeat(BAR_CELLS - cells)}] ${left}`;
}

function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ label }) => label.length));
  return rows.map(({ label, value }) => `${`${label}:`.padEnd(width + 2)}${value}`).join('\n');
}

function indented(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => `> ${line}`)
    .join('\n');
}
