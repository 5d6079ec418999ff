/** Pure: one line of search, `ana plan:pro status:"waiting for approval"`, as words, filters and what is wrong with it. */
import { type Filter, fieldOf, type SearchField } from './fields.ts';
import { readValue, type ValueProblem } from './values.ts';

export interface Token {
  readonly start: number;
  readonly end: number;
  readonly raw: string;
  /** The word before the colon; null for a word to look for. */
  readonly key: string | null;
  readonly isNegated: boolean;
  /** Without quotes; one for each comma. */
  readonly values: readonly string[];
}

export interface Problem {
  readonly token: Token;
  readonly code: ValueProblem | 'field' | 'negated' | 'text';
  readonly field?: SearchField;
  /** What was typed. */
  readonly value: string;
}

export interface Query {
  /** The words to look for, as the API takes them. */
  readonly words: string;
  readonly filters: readonly Filter[];
  readonly problems: readonly Problem[];
  /** The line without the filters: what stays when they are made chips. */
  readonly rest: string;
}

const KEY = /(-?)(\p{L}[\p{L}\p{N}_-]*):/uy;
const ORDER_AND_SPACE = /\s*(?:(?:<=|>=|<|>|≤|≥)\s*)?/uy;
const QUOTES: Readonly<Record<string, string>> = { '"': '"', '“': '”' };

/** Parts a line into words and filters. After a known key spaces are allowed: `plan: pro`, `credits:> 500`. */
export function tokensOf(text: string, fields: readonly SearchField[]): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at++;
      continue;
    }
    const start = at;
    KEY.lastIndex = at;
    const named = KEY.exec(text);
    let order = '';
    if (named) {
      at = KEY.lastIndex;
      ORDER_AND_SPACE.lastIndex = at;
      const led = fieldOf(fields, named[2] ?? '') ? (ORDER_AND_SPACE.exec(text)?.[0] ?? '') : '';
      order = led.trim();
      at += led.length;
    }
    const [values, end] = valuesFrom(text, at, named !== null);
    at = end;
    const [first = '', ...others] = values;
    tokens.push({
      start,
      end,
      raw: text.slice(start, end),
      key: named?.[2] ?? null,
      isNegated: named?.[1] === '-',
      values: [order + first, ...others],
    });
  }
  return tokens;
}

/** Texts from a place on, in quotes or up to the next space; with `isList`, commas part them. */
function valuesFrom(text: string, from: number, isList: boolean): [values: string[], end: number] {
  const values: string[] = [];
  let at = from;
  for (;;) {
    const closing = QUOTES[text[at] ?? ''];
    if (closing === undefined) {
      const [bare = ''] = (isList ? /^[^\s,]*/ : /^\S*/).exec(text.slice(at)) ?? [];
      values.push(bare);
      at += bare.length;
    } else {
      const end = text.indexOf(closing, at + 1);
      values.push(text.slice(at + 1, end === -1 ? undefined : end));
      at = end === -1 ? text.length : end + 1;
    }
    if (!isList || text[at] !== ',') return [values, at];
    at++;
  }
}

/** @param takesWords whether the list can be searched for words */
export function readQuery(text: string, fields: readonly SearchField[], takesWords = true): Query {
  const words: string[] = [];
  const filters: Filter[] = [];
  const problems: Problem[] = [];
  const rest: string[] = [];
  for (const token of tokensOf(text, fields)) {
    const read = readToken(token, fields, takesWords);
    if ('filters' in read) filters.push(...read.filters);
    else rest.push(token.raw);
    if ('word' in read) words.push(read.word);
    if ('code' in read) problems.push({ token, ...read });
  }
  return { words: words.filter((word) => word !== '').join(' '), filters, problems, rest: rest.join(' ') };
}

type ReadToken = { word: string } | { filters: Filter[] } | Omit<Problem, 'token'>;

function readToken(token: Token, fields: readonly SearchField[], takesWords: boolean): ReadToken {
  const typed = token.values.join(',');
  if (token.key === null) return takesWords ? { word: typed } : { code: 'text', value: typed };
  const field = fieldOf(fields, token.key);
  if (!field) return { code: 'field', value: token.key };
  if (token.isNegated) return { code: 'negated', field, value: token.key };
  const filters: Filter[] = [];
  // Only names are listed; of numbers the comma is a part.
  for (const value of field.is.kind === 'choice' ? token.values : [typed]) {
    const read = readValue(field, value);
    if ('problem' in read) return { code: read.problem, field, value };
    filters.push({ field, value: read.value });
  }
  return { filters };
}

/** Words as they are typed to be looked for: in quotes where they would read as a filter. */
export function asWords(text: string, fields: readonly SearchField[]): string {
  const isPlain = tokensOf(text, fields).every(
    ({ key, raw }) => key === null && !(raw[0] !== undefined && raw[0] in QUOTES),
  );
  return isPlain || text.includes('"') ? text : `"${text}"`;
}
