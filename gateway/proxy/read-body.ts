/** Pure: from a request's bytes to facts, refusing whatever an upstream might read in another way than we do. */
import { isUtf8 } from 'node:buffer';
import { BadRequestError, type Dialect, type JsonObject, type RequestFacts } from './dialects/dialect.ts';
import { isObject } from './dialects/fields.ts';
import { type Member, outline } from './json-outline.ts';

export interface ReadBody {
  readonly body: JsonObject;
  readonly members: readonly Member[];
  readonly facts: RequestFacts;
}

/** @throws BadRequestError */
export function readBody(bytes: Buffer, dialect: Dialect): ReadBody {
  if (!isUtf8(bytes)) throw new BadRequestError('The body must be UTF-8.', undefined, 415);
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new BadRequestError('The body is not valid JSON.');
  }
  if (!isObject(body)) throw new BadRequestError('The body must be a JSON object.');
  const members = outline(bytes);
  refuseAmbiguousMembers(members, dialect.members);
  return { body, members, facts: dialect.readRequest(body) };
}

/** What the upstream parses must be what we parsed: some take the first of two, some ignore letter case. */
function refuseAmbiguousMembers(members: readonly Member[], read: readonly string[]): void {
  const seen = new Set<string>();
  for (const { key } of members) {
    const lower = key.toLowerCase();
    if (!read.includes(lower)) continue;
    if (key !== lower) throw new BadRequestError(`'${key.slice(0, 40)}' must be written '${lower}'.`, lower);
    if (seen.has(key)) throw new BadRequestError(`'${key}' is given twice.`, key);
    seen.add(key);
  }
}
