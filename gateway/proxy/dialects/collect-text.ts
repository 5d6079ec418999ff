/**
 * Pure: gathering the text of a prompt. What some upstream reads and nobody has thought of would be free if it were not
 * counted, so everything counts but what is known to be read by no model.
 */
import type { JsonObject } from './dialect.ts';

/** Takes text as it is, and whatever has parts as its JSON: that has more tokens than what may be in it. */
export function collectText(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (typeof value === 'object' && value !== null) texts.push(JSON.stringify(value));
}

/** The same of each member but those that are not read. */
export function collectMembers(object: JsonObject, notRead: ReadonlySet<string>, texts: string[]): void {
  for (const key in object) if (!notRead.has(key)) collectText(object[key], texts);
}
