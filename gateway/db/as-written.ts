/**
 * Pure: details of audit entries with texts that Postgres cannot keep. SQLite took them, and their hash is over what was
 * written; so they move with that beside what is kept of them, and stay provable.
 */
import { storableJson } from './storable.ts';

/** The details in JSON as they were written: an escape inside of a text is nothing but letters. */
export const AS_WRITTEN = '_asWritten';

/** What Postgres can keep of details. */
export function withWritten(json: string): string {
  const kept = storableJson(json);
  if (kept === json) return json;
  const details: Record<string, unknown> = JSON.parse(kept);
  return kept === JSON.stringify(JSON.parse(json)) ? json : JSON.stringify({ ...details, [AS_WRITTEN]: json });
}

/** Both parts of details that moved so, the first of them as it was written; null for all others. */
export function readWritten(
  details: Record<string, unknown>,
): { written: Record<string, unknown>; kept: Record<string, unknown>; keptOfWritten: Record<string, unknown> } | null {
  const { [AS_WRITTEN]: json, ...kept } = details;
  if (typeof json !== 'string') return null;
  try {
    return { written: JSON.parse(json), kept, keptOfWritten: JSON.parse(storableJson(json)) };
  } catch {
    return null;
  }
}
