/** Pure: from a request's bytes to facts, refusing whatever an upstream might read in another way than we do. */
import { isUtf8 } from 'node:buffer';
import { BadRequestError, type Dialect, type JsonObject, type RequestFacts, type Target } from './dialects/dialect.ts';
import { isObject } from './dialects/fields.ts';
import { type Form, formFields, readForm } from './form.ts';
import { items, type Member, outline, repeatedKey } from './json-outline.ts';
import { membersLookedInto, OTHER_MODEL_MEMBERS, refuseOtherModels } from './other-models.ts';

const FORM = /^multipart\/form-data\b/i;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
/** Far beyond any schema of a tool, and far below what a recursive parser behind us can bear. */
const DEEPEST = 200;

export interface ReadBody {
  readonly body: JsonObject;
  readonly members: readonly Member[];
  /** Null: the body is JSON. */
  readonly form: Form | null;
  readonly facts: RequestFacts;
}

/** @throws BadRequestError */
export function readBody(bytes: Buffer, contentType: string, dialect: Dialect, target: Target): ReadBody {
  if (FORM.test(contentType)) return readFormBody(bytes, contentType, dialect, target);
  if (dialect.forms === 'only') throw new BadRequestError('Send the body as multipart/form-data.', undefined, 415);
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
  refuseAmbiguousMembers(bytes, members, membersRead(dialect));
  const facts = dialect.readRequest(body, target);
  refuseOtherModels(body, facts.model);
  refuseRepeatedNames(bytes, members, membersLookedInto(body));
  return { body, members, form: null, facts };
}

function readFormBody(bytes: Buffer, contentType: string, dialect: Dialect, target: Target): ReadBody {
  if (dialect.forms === undefined) throw new BadRequestError('Send the body as application/json.', undefined, 415);
  const form = readForm(bytes, contentType);
  const seen = new Set<string>();
  const read = membersRead(dialect);
  for (const { name } of form.parts) {
    refuseOtherSpelling(name, read);
    if (read.includes(name) && seen.has(name)) throw new BadRequestError(`'${name}' is given twice.`, name);
    seen.add(name);
  }
  const body = formFields(bytes, form);
  const facts = dialect.readRequest(body, target);
  refuseOtherModels(body, facts.model);
  return { body, members: [], form, facts };
}

const membersOf = new WeakMap<Dialect, readonly string[]>();

/** What is read of this dialect's bodies. */
function membersRead(dialect: Dialect): readonly string[] {
  let members = membersOf.get(dialect);
  if (!members) {
    members = [...new Set([...dialect.members, ...OTHER_MODEL_MEMBERS])];
    membersOf.set(dialect, members);
  }
  return members;
}

/**
 * What the upstream parses must be what we parsed: some take the first of two, some ignore letter case.
 *
 * @param read the names that we read; with a dot, those inside of a member; with `[].`, those of each item in a list
 */
function refuseAmbiguousMembers(json: Buffer, members: readonly Member[], read: readonly string[]): void {
  const seen = new Set<string>();
  for (const { key, valueStart, valueEnd } of members) {
    if (!refuseOtherSpelling(key, read)) continue;
    if (seen.has(key)) throw new BadRequestError(`'${key}' is given twice.`, key);
    seen.add(key);
    const inner = readInside(key, json[valueStart], read);
    if (inner.length === 0) continue;
    const value = json.subarray(valueStart, valueEnd);
    const objects =
      json[valueStart] === OPEN_BRACE
        ? [value]
        : items(value)
            .map((item) => value.subarray(item.valueStart, item.valueEnd))
            .filter((item) => item[0] === OPEN_BRACE);
    for (const object of objects) refuseAmbiguousMembers(object, outline(object, DEEPEST) ?? [], inner);
  }
}

function refuseRepeatedNames(json: Buffer, members: readonly Member[], lookedInto: readonly string[]): void {
  if (lookedInto.length === 0) return;
  for (const { key, valueStart, valueEnd } of members) {
    if (!lookedInto.includes(key)) continue;
    const repeated = repeatedKey(json.subarray(valueStart, valueEnd));
    if (repeated !== null) throw new BadRequestError(`'${repeated.slice(0, 40)}' is given twice in one object.`, key);
  }
}

/** The names that are read of the object, or of each object in the list, that is the value of `key`. */
function readInside(key: string, opening: number | undefined, read: readonly string[]): readonly string[] {
  if (opening !== OPEN_BRACE && opening !== OPEN_BRACKET) return NONE;
  let known = innerNames.get(read);
  if (!known) {
    known = new Map();
    innerNames.set(read, known);
  }
  const prefix = opening === OPEN_BRACE ? `${key}.` : `${key}[].`;
  let inner = known.get(prefix);
  if (!inner) {
    inner = read.filter((other) => other.startsWith(prefix)).map((other) => other.slice(prefix.length));
    known.set(prefix, inner);
  }
  return inner;
}

const NONE: readonly string[] = [];
const innerNames = new WeakMap<readonly string[], Map<string, readonly string[]>>();

/** @returns whether `key` is one that we read; another spelling of one is refused */
function refuseOtherSpelling(key: string, read: readonly string[]): boolean {
  if (read.includes(key)) return true;
  const ours = spellings(read).get(folded(key));
  if (ours === undefined) return false;
  throw new BadRequestError(`'${key.slice(0, 40)}' must be written '${ours}'.`, ours);
}

const knownSpellings = new WeakMap<readonly string[], ReadonlyMap<string, string>>();

function spellings(names: readonly string[]): ReadonlyMap<string, string> {
  let known = knownSpellings.get(names);
  if (!known) {
    known = new Map(names.map((name) => [folded(name), name]));
    knownSpellings.set(names, known);
  }
  return known;
}

/** As the most forgiving parsers compare: Go's, for one, also takes the long ſ for an s. */
function folded(key: string): string {
  return key.toUpperCase().toLowerCase();
}
