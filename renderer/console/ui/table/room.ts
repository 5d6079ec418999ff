/** Pure: what a table leaves out to fit where it stands. */

/** Narrower, in pixels, even a short row reads better as a card. */
export const CARDS_BELOW = 560;

/**
 * How many of a table's extras give way; one more than there are, where its rows are cards.
 *
 * @param width of where the table stands
 * @param needs how wide the table was seen to be, by how many extras had given way; unseen ones are tried
 */
export function levelFor(width: number, needs: ReadonlyMap<number, number>, extras: number): number {
  if (width < CARDS_BELOW) return extras + 1;
  for (let level = 0; level <= extras; level++) {
    if ((needs.get(level) ?? 0) <= width) return level;
  }
  return extras + 1;
}
