/** Pure: texts as people look for them, whatever the case and the accents: `José` is found by `JOSE`, and stands beside `Jose`. */

/** Without case and marks. */
export function folded(text: string): string {
  return text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
}
