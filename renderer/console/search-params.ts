/** Pure: filters as they stand in the address: `?status=active&status=blocked&search=ana`. */

export type SearchParams = Record<string, string | string[]>;

/** Names given several times become lists. */
export function parseSearch(text: string): SearchParams {
  const params = new URLSearchParams(text);
  const result: SearchParams = {};
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name);
    result[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return result;
}

/** What is not set does not show. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const item of [value].flat()) {
      if (item !== undefined && item !== null && item !== '') params.append(name, String(item));
    }
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** One text of a parameter; undefined where it is missing. */
export function textOf(value: unknown): string | undefined {
  const first = [value].flat()[0];
  return typeof first === 'string' && first !== '' ? first : undefined;
}

/** All texts of a parameter that are allowed; undefined where there are none. */
export function listOf<T extends string>(value: unknown, allowed?: readonly T[]): T[] | undefined {
  const texts = [value].flat().filter((item): item is T => typeof item === 'string' && item !== '');
  const known = allowed ? texts.filter((item) => allowed.includes(item)) : texts;
  return known.length === 0 ? undefined : known;
}

/** One of a few words; undefined for anything else. */
export function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  const text = textOf(value);
  return allowed.find((item) => item === text);
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day of the calendar, `2026-11-12`; undefined for anything else. */
export function dayOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && DAY.test(text) ? text : undefined;
}

/** As many pages of a list a link opens at most. */
export const MOST_PAGES = 20;

/** How many pages of a list are shown; undefined for the first alone. */
export function pagesOf(value: unknown): string | undefined {
  const pages = Number(textOf(value));
  return Number.isInteger(pages) && pages > 1 ? String(Math.min(pages, MOST_PAGES)) : undefined;
}

/** The parameters that are set: an address holds no others. */
export function present<Search extends object>(
  all: { [Name in keyof Required<Search>]: Search[Name] | undefined },
): Search {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Search;
}
