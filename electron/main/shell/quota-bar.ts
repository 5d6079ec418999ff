/** The quota bar in text blocks, for the tray: used, held, left. No Electron in here. */

const CELLS = 12;

/**
 * @param used and `held` are tokens; `limit` above 0
 * @returns twelve blocks, such as `██████▒░░░░░`
 */
export function quotaBar({ used, held, limit }: { used: number; held: number; limit: number }): string {
  const cells = (tokens: number) => Math.min(CELLS, Math.max(0, Math.round((tokens / limit) * CELLS)));
  // What was begun shows, and a bar is full only when nothing is left.
  const isOpen = used + held < limit;
  const taken = Math.min(isOpen ? CELLS - 1 : CELLS, Math.max(cells(used + held), used + held > 0 ? 1 : 0));
  const full = Math.min(taken, Math.max(cells(used), used > 0 ? 1 : 0));
  return '█'.repeat(full) + '▒'.repeat(taken - full) + '░'.repeat(CELLS - taken);
}
