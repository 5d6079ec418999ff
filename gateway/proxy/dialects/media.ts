/** Pure: what pictures, sound, films and files weigh, whatever the wire that they come on. */
import type { Attachments } from './dialect.ts';

/** `Attachments` while they are added up. */
export type Weighing = { -readonly [key in keyof Attachments]: Attachments[key] };

export const NO_ATTACHMENTS: Attachments = { bytes: 0, images: 0, otherTokens: 0, unseenFiles: 0 };

/**
 * Gemini's: sound costs 32 tokens a second and pictures that move 300; encoded bytes of either are at least 1,000 and
 * 3,000 a second for whatever people send. See https://ai.google.dev/gemini-api/docs/tokens.
 */
const SOUND_BYTES_PER_TOKEN = 30;
const FILM_BYTES_PER_TOKEN = 10;
const MIME_TYPE = /^data:([^;,]+)/i;
const LONGEST_MIME_TYPE = 200;
const LINK = /^[a-z][a-z0-9+.-]{0,20}:\/\//i;

/** Adds what is in the request itself, by its MIME type. Of a page both text and picture cost less than its bytes. */
export function weighEncoded(length: number, type: string, total: Weighing): void {
  total.bytes += length;
  if (/^image\b/i.test(type)) total.images++;
  else total.otherTokens += Math.ceil(length / bytesPerToken(type));
}

/**
 * Adds what a URL has in it, or leads to.
 *
 * @param type what it is where it does not say so itself
 * @returns false: there is none
 */
export function weighUrl(url: unknown, type: 'image/*' | 'audio/*' | 'video/*', total: Weighing): boolean {
  if (typeof url !== 'string' || url === '') return false;
  if (/^data:/i.test(url)) weighEncoded(url.length, mimeType(url) ?? type, total);
  else if (type === 'image/*') total.images++;
  else total.unseenFiles++;
  return true;
}

/**
 * Adds a file as OpenAI's wires have it: its bytes, or what leads to it. With neither it is one that is not seen.
 *
 * @param data its bytes, which OpenRouter also takes as a link
 * @param references ids and links
 */
export function weighFile(data: unknown, references: readonly unknown[], total: Weighing): void {
  const isEncoded = isText(data) && !LINK.test(data);
  if (isEncoded) {
    total.bytes += data.length;
    // A page costs its text and its picture; its encoded bytes are more than both for what people attach.
    total.otherTokens += data.length;
  }
  const unseen = references.filter(isText).length + (isText(data) && !isEncoded ? 1 : 0);
  total.unseenFiles += isEncoded ? unseen : Math.max(1, unseen);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function mimeType(url: string): string | undefined {
  return MIME_TYPE.exec(url.slice(0, LONGEST_MIME_TYPE))?.[1];
}

function bytesPerToken(type: string): number {
  if (/^audio\//i.test(type)) return SOUND_BYTES_PER_TOKEN;
  return /^video\//i.test(type) ? FILM_BYTES_PER_TOKEN : 1;
}
