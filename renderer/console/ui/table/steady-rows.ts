/** Pure: keeps the rows of a live list where they are. Figures change in place; who is new waits to be asked for. */

export interface Steady<Item> {
  readonly rows: readonly Item[];
  /** How many rows would be there that are not shown. */
  readonly fresh: number;
}

export interface Shown {
  /** Ids in the order in which they are shown. */
  readonly order: readonly string[];
  /** How many pages they came from. */
  readonly pages: number;
}

/**
 * @param items as the gateway has them now
 * @param pages how many pages these are
 * @param shown what was shown last; null shows everything as it comes
 */
export function steadyRows<Item extends { id: string }>(
  items: readonly Item[],
  pages: number,
  shown: Shown | null,
): Steady<Item> {
  // Where nothing stood, nothing jumps.
  if (!shown || shown.order.length === 0) return { rows: items, fresh: 0 };
  const byId = new Map(items.map((item) => [item.id, item]));
  const rows = shown.order.flatMap((id) => byId.get(id) ?? []);
  const known = new Set(shown.order);
  const added = items.filter(({ id }) => !known.has(id));
  // More pages were asked for: what they bring is meant to be seen, below.
  if (pages > shown.pages) return { rows: [...rows, ...added], fresh: 0 };
  return { rows, fresh: added.length };
}
