/** Pure: whether an id or a name is taken. People, and the files that they import, do not tell words apart by case alone. */

/** @param except the id whose own words do not count */
export function takenAmong(
  rows: readonly { id: string; name: string }[],
  field: 'id' | 'name',
  word: string,
  except?: string,
): boolean {
  return rows.some((row) => row.id !== except && foldedCase(row[field]) === foldedCase(word));
}

/** The word as it is compared: without regard to case. */
export function foldedCase(word: string): string {
  return word.normalize('NFC').toLowerCase();
}
