/** Pure: the searches of a list that this device remembers, newest first, as they stand in the address. */

const MOST = 10;

/**
 * With one more search at the head, none of them twice.
 *
 * @param earlier what was remembered of the same visit to the box: the search that grew from it takes its place
 */
export function remember(searches: readonly string[], search: string, earlier?: string): string[] {
  const isGrown = earlier !== undefined && grewFrom(search, earlier);
  const others = searches.filter((item) => item !== search && !(isGrown && item === earlier));
  return search === '' ? [...searches] : [search, ...others].slice(0, MOST);
}

/** Whether everything of the earlier search is in this one, a word perhaps further typed. */
function grewFrom(search: string, earlier: string): boolean {
  const now = [...new URLSearchParams(search)];
  return [...new URLSearchParams(earlier)].every(([name, value]) =>
    now.some(([other, text]) => other === name && (text === value || (name === 'search' && text.startsWith(value)))),
  );
}
