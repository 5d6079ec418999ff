/**
 * Pure: where the members of a JSON object stand in its bytes. Lets a request be changed in the one place that has
 * to change, every other byte staying as the client wrote it, and shows what `JSON.parse` hides: repeated keys.
 */

export interface Member {
  readonly key: string;
  /** Byte offsets: of the key's opening quote, and of the value. */
  readonly keyStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;

/**
 * The members of the object at the top of `json`, in order. `json` must be valid JSON whose top is an object.
 *
 * @param deepest how many objects and arrays may lie in one another, the top one counted
 * @returns null when it is nested deeper
 */
export function outline(json: Buffer, deepest: number): Member[] | null {
  const members: Member[] = [];
  let at = json.indexOf(OPEN_BRACE) + 1;
  for (;;) {
    at = skipSpace(json, at);
    if (json[at] === COMMA) at = skipSpace(json, at + 1);
    if (json[at] !== QUOTE) return members;
    const keyStart = at;
    const keyEnd = stringEnd(json, keyStart);
    const key = JSON.parse(json.toString('utf8', keyStart, keyEnd)) as string;
    const colon = skipSpace(json, keyEnd);
    const valueStart = skipSpace(json, colon + 1);
    const end = valueEnd(json, valueStart, deepest - 1);
    if (end === null) return null;
    members.push({ key, keyStart, valueStart, valueEnd: end });
    at = end;
  }
}

/** Where the items of an array stand: `json` must be valid JSON whose top is an array. */
export function items(json: Buffer): Pick<Member, 'valueStart' | 'valueEnd'>[] {
  const found: Pick<Member, 'valueStart' | 'valueEnd'>[] = [];
  let at = skipSpace(json, json.indexOf(OPEN_BRACKET) + 1);
  while (at < json.length && json[at] !== CLOSE_BRACKET) {
    const end = valueEnd(json, at, Number.POSITIVE_INFINITY) ?? json.length;
    found.push({ valueStart: at, valueEnd: end });
    at = skipSpace(json, end);
    if (json[at] === COMMA) at = skipSpace(json, at + 1);
  }
  return found;
}

/** The first key that some object inside `json` (valid JSON) has twice; null when every key is single. */
export function repeatedKey(json: Buffer): string | null {
  const open: (Set<string> | null)[] = [];
  let at = 0;
  let expectKey = false;
  while (at < json.length) {
    const byte = json[at];
    if (byte === QUOTE) {
      const end = stringEnd(json, at);
      const keys = open.at(-1);
      if (expectKey && keys) {
        const key = JSON.parse(json.toString('utf8', at, end)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
        expectKey = false;
      }
      at = end;
      continue;
    }
    if (byte === OPEN_BRACE) {
      open.push(new Set());
      expectKey = true;
    } else if (byte === OPEN_BRACKET) {
      open.push(null);
      expectKey = false;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      open.pop();
      expectKey = false;
    } else if (byte === COMMA) {
      expectKey = open.at(-1) instanceof Set;
    }
    at++;
  }
  return null;
}

export interface Edit {
  readonly key: string;
  /** The name that a member at the top goes on under, which the object does not have yet. */
  readonly as?: string;
  /** Leads from the member's value to a member inside of it: places in arrays, keys of objects, the last one a key. */
  readonly within?: readonly (number | string)[];
  /** Any JSON value. */
  readonly value: unknown;
}

interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** `json` with members set: replaced where they stand, else added at the front. Other bytes stay as they are. */
export function edited(json: Buffer, members: readonly Member[], edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return json;
  const replacements: Replacement[] = [];
  let added = '';
  for (const { key, as, within = [], value } of edits) {
    const text = JSON.stringify(value);
    const present = members.find((member) => member.key === key);
    if (present && within.length > 0) {
      replacements.push(inside(json.subarray(present.valueStart, present.valueEnd), present.valueStart, within, text));
    } else if (present && as !== undefined) {
      replacements.push({ from: present.keyStart, to: present.valueEnd, text: `${JSON.stringify(as)}:${text}` });
    } else if (present) replacements.push({ from: present.valueStart, to: present.valueEnd, text });
    else added += `${JSON.stringify(key)}:${text},`;
  }
  if (added !== '') {
    const front = json.indexOf(OPEN_BRACE) + 1;
    replacements.push({ from: front, to: front, text: members.length === 0 ? added.slice(0, -1) : added });
  }
  replacements.sort((a, b) => a.from - b.from);
  const parts: Buffer[] = [];
  let at = 0;
  for (const { from, to, text } of replacements) {
    parts.push(json.subarray(at, from), Buffer.from(text));
    at = to;
  }
  parts.push(json.subarray(at));
  return Buffer.concat(parts);
}

/** @param value stands at `offset` of the whole */
function inside(
  value: Buffer,
  offset: number,
  [step, ...rest]: readonly (number | string)[],
  text: string,
): Replacement {
  const members = typeof step === 'number' ? [] : (outline(value, Number.POSITIVE_INFINITY) ?? []);
  const found = typeof step === 'number' ? items(value)[step] : members.find(({ key }) => key === step);
  if (found && rest.length > 0) {
    return inside(value.subarray(found.valueStart, found.valueEnd), offset + found.valueStart, rest, text);
  }
  if (found) return { from: offset + found.valueStart, to: offset + found.valueEnd, text };
  if (rest.length > 0 || typeof step === 'number')
    throw new Error(`Nothing stands at '${step}' of what is to be changed.`);
  const front = offset + value.indexOf(OPEN_BRACE) + 1;
  return { from: front, to: front, text: `${JSON.stringify(step)}:${text}${members.length === 0 ? '' : ','}` };
}

function skipSpace(json: Buffer, at: number): number {
  let position = at;
  for (;;) {
    const byte = json[position];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return position;
    position++;
  }
}

/** Offset behind the closing quote of the string that opens at `at`. */
function stringEnd(json: Buffer, at: number): number {
  let quote = json.indexOf(QUOTE, at + 1);
  while (quote !== -1) {
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    quote = json.indexOf(QUOTE, quote + 1);
  }
  return json.length;
}

/** Offset behind the value that starts at `at`; null when it is nested deeper than `deepest`. */
function valueEnd(json: Buffer, at: number, deepest: number): number | null {
  const first = json[at];
  if (first === QUOTE) return stringEnd(json, at);
  let position = at;
  let depth = 0;
  for (; position < json.length; position++) {
    const byte = json[position];
    if (byte === QUOTE) {
      position = stringEnd(json, position) - 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth++;
      if (depth > deepest) return null;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) break;
      depth--;
      if (depth === 0) return position + 1;
    } else if (byte === COMMA && depth === 0) {
      break;
    }
  }
  while (position > at && (json[position - 1] ?? 0) <= 0x20) position--;
  return position;
}
