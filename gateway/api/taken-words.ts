/** Pure: whether an id or a name is taken. People, and the files that they import, do not tell words apart by case alone. */

import { ApiError } from '../ops/api-error.ts';

/** A plan or department. */
export interface NamedThing {
  readonly id: string;
  readonly name: string;
}

/** @throws ApiError 409 when a thing other than `except` has the name */
export function refuseTakenName(
  rows: readonly NamedThing[],
  kind: 'plan' | 'department',
  name: string,
  except: string,
): void {
  if (takenAmong(rows, 'name', name, except))
    throw new ApiError(409, 'name_taken', `There is a ${kind} "${name}" already.`, 'name');
}

/** @param except the id whose own words do not count */
export function takenAmong(rows: readonly NamedThing[], field: 'id' | 'name', word: string, except?: string): boolean {
  return rows.some((row) => row.id !== except && foldedCase(row[field]) === foldedCase(word));
}

/** The word as it is compared: without regard to case. */
export function foldedCase(word: string): string {
  return word.normalize('NFC').toLowerCase();
}
