/** What a mail says, before it becomes HTML and plain text. */
import type { MailData, UseFigures } from './kinds.ts';
import type { Links } from './links.ts';
import type { Words } from './words.ts';

export interface Button {
  readonly label: string;
  readonly url: string;
}

export interface Row {
  readonly label: string;
  readonly value: string;
}

/** What the mail is about, for its colour; never said by colour alone. */
export type Tone = 'calm' | 'good' | 'warning' | 'critical' | 'blocked';

export interface MailDocument {
  readonly subject: string;
  readonly tone: Tone;
  readonly heading: string;
  /** The one sentence; also what mail programs show beside the subject. */
  readonly lead: string;
  readonly bar?: UseFigures;
  /** After the lead. */
  readonly paragraphs?: readonly string[];
  /** Somebody's own words, shown as such. */
  readonly quote?: { readonly label: string; readonly text: string };
  readonly rows?: readonly Row[];
  /** More tables, each with a title. */
  readonly tables?: readonly { readonly title: string; readonly rows: readonly Row[] }[];
  readonly main?: Button | null;
  readonly second?: Button | null;
}

/** Text by key, with i18next's interpolation and plurals. */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** All that composing a mail depends on beside its data. */
export interface Scene {
  readonly t: Translate;
  readonly words: Words;
  readonly links: Links;
  /** Names of the people whom the data mentions by id. */
  readonly person: (userId: string) => { readonly name: string; readonly email: string | null };
  /** Path and query of the mail's secret link. */
  readonly secret: string | null;
}

export type Compose<Kind extends keyof MailData> = (data: MailData[Kind], scene: Scene) => MailDocument;

/** A button, or null where there is nothing to lead to. */
export function button(label: string, url: string | null): Button | null {
  return url === null ? null : { label, url };
}
