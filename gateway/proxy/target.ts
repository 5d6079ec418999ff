/** Pure: what the address of a request says: parts of its path and its query. */
import { BadRequestError, type Dialect, type Target } from './dialects/dialect.ts';

const NOTHING: Readonly<Record<string, string>> = {};

/**
 * @param url path and query as they were sent
 * @param params the path's parts that vary, decoded
 * @throws BadRequestError where a parameter is given twice, because we might take another one than the upstream, and for
 * a whole URL, as forward proxies are asked
 */
export function readTarget(url: string, params: unknown, dialect: Dialect): Target {
  if (!url.startsWith('/')) throw new BadRequestError('The request must name a path, not a whole URL.');
  return { params: (params ?? NOTHING) as Target['params'], query: readQuery(url, dialect) };
}

function readQuery(url: string, { queryParameters }: Dialect): Target['query'] {
  const at = url.indexOf('?');
  if (at === -1 || queryParameters.length === 0) return NOTHING;
  const given = new URLSearchParams(url.slice(at + 1));
  const query: Record<string, string> = {};
  for (const name of queryParameters) {
    const [value, ...more] = given.getAll(name);
    if (more.length > 0) throw new BadRequestError(`'${name}' is given twice in the URL.`, name);
    if (value !== undefined) query[name] = value;
  }
  return query;
}

/** The key in the query, where the dialect's clients put it; null when there is none. */
export function queryKey(url: string, { keyParameter }: Pick<Dialect, 'keyParameter'>): string | null {
  if (keyParameter === undefined) return null;
  const at = url.indexOf('?');
  return at === -1 ? null : new URLSearchParams(url.slice(at + 1)).get(keyParameter);
}
