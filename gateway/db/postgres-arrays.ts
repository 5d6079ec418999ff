/** Pure: arrays as Postgres reads them in text. */

/** Texts that stand for themselves between quotes. */
const PLAIN = /^[\w .,:;/@()+=*-]*$/;

/** One dimension; null stays null. The same for texts, numbers and booleans. */
export function arrayLiteral(values: readonly (string | number | boolean | null)[]): string {
  let literal = '{';
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (index > 0) literal += ',';
    if (typeof value === 'string') literal += PLAIN.test(value) ? `"${value}"` : `"${value.replace(/[\\"]/g, '\\$&')}"`;
    else literal += value ?? 'NULL';
  }
  return `${literal}}`;
}
