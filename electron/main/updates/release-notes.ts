/** Pure: what a release says of itself, as the page may show it. Release notes come from elsewhere and may be HTML. */
import type { Release } from '../../contract.ts';

/** Beyond this nobody reads on in a settings page; the release itself has all of it. */
const LONGEST_NOTES = 8_000;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

/** What an update server names; the part of electron-updater's `UpdateInfo` that is used. */
export interface ReleaseInfo {
  version: string;
  files: readonly { size?: number }[];
  releaseDate?: string;
  releaseNotes?: string | readonly { version: string; note: string | null }[] | null;
}

export function releaseOf({ version, files, releaseDate, releaseNotes }: ReleaseInfo): Release {
  const sizes = files.flatMap(({ size }) => (size === undefined ? [] : [size]));
  const [bytes = null] = sizes;
  const date = releaseDate === undefined ? Number.NaN : Date.parse(releaseDate);
  return {
    version,
    notes: plainNotes(releaseNotes),
    publishedAt: Number.isNaN(date) ? null : new Date(date).toISOString(),
    bytes,
  };
}

/** Release notes as plain text: tags are taken out, lists and paragraphs become lines. */
export function plainNotes(notes: ReleaseInfo['releaseNotes']): string {
  if (typeof notes === 'string') return clip(plain(notes));
  return clip((notes ?? []).map(({ version, note }) => `${version}\n${plain(note ?? '')}`).join('\n\n'));
}

function plain(html: string): string {
  return html
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<li\b[^>]*>/gi, '\n• ')
    .replace(/<(br|\/p|\/h[1-6]|\/ul|\/ol|\/div|\/pre)\b[^>]*>/gi, '\n')
    .replace(/<\/?[a-z][^>]*>/gi, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_whole, name: string) => ENTITIES[name] ?? '')
    .replace(/[^\P{Cc}\n]/gu, '')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function clip(text: string): string {
  return text.length > LONGEST_NOTES ? `${text.slice(0, LONGEST_NOTES)} …` : text;
}
