/** Pure: texts as people type them, whatever the case and the accents: `sao` finds `São`. */

/** Without case and marks. */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
