/** Requests that are answered by the gateway itself. */
import type { Refusal } from './dialects/dialect.ts';

/** Ends the life of a request before it reaches an upstream. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly refusal: Refusal;
  /** An answer that replaces the error, for clients that cannot show one. */
  readonly instead: { contentType: string; body: string } | null;

  constructor(refusal: Refusal, instead: { contentType: string; body: string } | null = null) {
    super(refusal.message);
    this.refusal = refusal;
    this.instead = instead;
  }
}

export function refused(statusCode: number, code: string, message: string, more: Partial<Refusal> = {}): RefusedError {
  return new RefusedError({ statusCode, code, message, ...more });
}

/** The database cannot take the hold now: nothing was sent, and asking again later is right. */
export const UNAVAILABLE: Refusal = {
  statusCode: 503,
  code: 'gateway_unavailable',
  message: 'The gateway cannot record usage at the moment, so no request is let through. Please try again shortly.',
  headers: { 'retry-after': '5' },
};

/** What the upstream says cannot be read, so nobody could tell what it costs. */
export const FOREIGN_ANSWER: Refusal = {
  statusCode: 502,
  code: 'upstream_error',
  message: 'The upstream answered in another wire format than was asked for. Please tell the administrator.',
};

/** The upstream began to answer, and the connection to it was lost. */
export const BROKEN_ANSWER: Refusal = {
  statusCode: 502,
  code: 'upstream_broke',
  message: 'The connection to the upstream broke before its answer was complete.',
};

/** Client's text inside our sentences: short, and without what LibreChat or a terminal would act on. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return firstCharacters(text.replace(/[\u0000-\u001f\u007f{}]/g, ''), 100);
}

/** 240 characters are what LibreChat shows in one line, and it puts the status before: `429 `. */
export const LONGEST_SENTENCE = 236;

/** An operator's text inside our sentences: on one line, and without the braces that LibreChat takes for JSON. */
export function onOneLine(text: string): string {
  return text.replace(/[{}\s]+/g, ' ').trim();
}

/** The text, cut behind a whole character: half of a surrogate pair is none. */
export function firstCharacters(text: string, most: number): string {
  return text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
}
