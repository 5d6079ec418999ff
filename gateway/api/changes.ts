/** Pure: what an edit changes, for the audit log. */
import { isDeepStrictEqual } from 'node:util';

export type Changes<T> = { [Key in keyof T]?: { from: T[Key]; to: T[Key] } };

/** The fields of `wished` that `present` has otherwise; fields that are undefined wish nothing. */
export function changesOf<T extends object>(present: T, wished: { [Key in keyof T]?: T[Key] | undefined }): Changes<T> {
  const changes: Changes<T> = {};
  for (const key of Object.keys(wished) as (keyof T)[]) {
    const to = wished[key];
    const from = present[key];
    if (to === undefined || isSame(to, from)) continue;
    changes[key] = { from, to };
  }
  return changes;
}

/** PostgreSQL keeps the members of a JSON object in an order of its own. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other) || isDeepStrictEqual(one, other);
}

/** Only the new values, to be written. */
export function newValues<T extends object>(changes: Changes<T>): Partial<T> {
  const values: Partial<T> = {};
  for (const key of Object.keys(changes) as (keyof T)[]) {
    const change = changes[key];
    if (change) values[key] = change.to;
  }
  return values;
}

/** What an audit entry keeps of an operator's reason. It is free text and may tell of people, so it stays outside the hash chain. */
export function reasonOf(reason: string | null | undefined, subjectId: string | null = null) {
  return reason ? { personal: { subjectId, data: { reason } } } : {};
}
