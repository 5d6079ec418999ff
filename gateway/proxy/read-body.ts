/** Pure: from a request's bytes to facts, refusing whatever an upstream might read in another way than we do. */
import { isUtf8 } from 'node:buffer';
import { BadRequestError, type Dialect, type JsonObject, type RequestFacts } from './dialects/dialect.ts';
import { isObject } from './dialects/fields.ts';
import { type Member, outline } from './json-outline.ts';

const OPEN_BRACE = 0x7b;
/** Far beyond any schema of a tool, and far below what a recursive parser behind us can bear. */
const DEEPEST = 200;

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
  const members = outline(bytes, DEEPEST);
  if (!members) throw new BadRequestError(`The body is nested deeper than ${DEEPEST} levels.`);
  refuseAmbiguousMembers(bytes, members, dialect.members);
  return { body, members, facts: dialect.readRequest(body) };
}

/**
 * What the upstream parses must be what we parsed: some take the first of two, some ignore letter case.
 *
 * @param read the names that we read; with a dot, those inside of a member
 */
function refuseAmbiguousMembers(json: Buffer, members: readonly Member[], read: readonly string[]): void {
  const seen = new Set<string>();
  for (const { key, valueStart, valueEnd } of members) {
    const name = folded(key);
    if (!read.includes(name)) continue;
    if (key !== name) throw new BadRequestError(`'${key.slice(0, 40)}' must be written '${name}'.`, name);
    if (seen.has(key)) throw new BadRequestError(`'${key}' is given twice.`, key);
    seen.add(key);
    if (json[valueStart] !== OPEN_BRACE) continue;
    const inner = read.filter((other) => other.startsWith(`${key}.`)).map((other) => other.slice(key.length + 1));
    if (inner.length === 0) continue;
    const value = json.subarray(valueStart, valueEnd);
    refuseAmbiguousMembers(value, outline(value, DEEPEST) ?? [], inner);
  }
}

/** As the most forgiving parsers compare: Go's, for one, also takes the long ſ for an s. */
function folded(key: string): string {
  return key.toUpperCase().toLowerCase();
}
