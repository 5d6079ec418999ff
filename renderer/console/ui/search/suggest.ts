/** Pure: what the search box offers for the word that is being typed. */
import { type Filter, type FilterParams, fieldOf, filtersOf, fold, optionsOf, type SearchField } from './fields.ts';
import { type Token, tokensOf } from './query.ts';
import { readValue } from './values.ts';

export type Suggestion =
  | { readonly kind: 'field'; readonly field: SearchField }
  | ({ readonly kind: 'value' } & Filter);

export interface Suggestions {
  /** The part of the line that a chosen suggestion takes the place of. */
  readonly token: Pick<Token, 'start' | 'end'>;
  readonly items: readonly Suggestion[];
  /** Whether Enter takes the first without a move to it: what is typed can mean nothing else. */
  readonly isFirstMeant: boolean;
  /** Values before the last comma: they are chosen along with it. */
  readonly earlier: readonly Filter[];
}

/** Examples of comparisons, as they stand in the address. */
const SAMPLES: Partial<Record<SearchField['is']['kind'], readonly string[]>> = {
  number: ['>0', '0', '>1000000', '<100000'],
  percent: ['>80', '>95', '100', '<50'],
  time: ['<24h', '<7d', '>30d', '>90d'],
};
const UNASKED = { isFirstMeant: false, earlier: [] } as const;
const MOST_VALUES = 12;
const MOST_BY_WORD = 6;
const FEWEST_LETTERS = 2;

/** Offers for the word before `caret`. What is set already is not offered again. */
export function suggest(
  text: string,
  caret: number,
  fields: readonly SearchField[],
  params: FilterParams,
  takesWords = true,
): Suggestions {
  const token = tokensOf(text, fields).find(({ start, end }) => start < caret && caret <= end);
  const isSet = ({ field, value }: Filter) => filtersOf([field], params).some((filter) => filter.value === value);
  const atSpace = /\s/.test(text[caret - 1] ?? ' ');
  // After `plan:` and a space the value is still to come.
  if (!token || (token.key === null && atSpace)) {
    return { token: { start: caret, end: caret }, items: fields.map(asField), ...UNASKED };
  }
  if (token.key === null) {
    const items = [...fieldsNamed(fields, token.raw), ...valuesNamed(fields, token.raw).filter((item) => !isSet(item))];
    // Where no words are looked for, what is typed can only be meant as a filter.
    return { token, items, ...UNASKED, isFirstMeant: !takesWords && items.length > 0 };
  }
  const field = fieldOf(fields, token.key);
  if (!field || token.isNegated) return { token, items: [], ...UNASKED };
  const typed = token.values.at(-1) ?? '';
  const earlier = token.values.slice(0, -1).flatMap((text) => {
    const read = readValue(field, text);
    return 'value' in read ? [{ field, value: read.value }] : [];
  });
  // With a part that means nothing, the line is told about, not completed.
  if (earlier.length < token.values.length - 1) return { token, items: [], ...UNASKED };
  const items = valuesOf(field, typed).filter((item) => !isSet(item));
  return { token, items, isFirstMeant: typed !== '' && items.length > 0, earlier };
}

function asField(field: SearchField): Suggestion {
  return { kind: 'field', field };
}

function fieldsNamed(fields: readonly SearchField[], word: string): Suggestion[] {
  const wanted = fold(word);
  return fields
    .filter(({ key, words, label }) => [key, label, ...words].some((name) => fold(name).startsWith(wanted)))
    .map(asField);
}

/** Values that begin like the word, of whatever field: `block` offers the status. */
function valuesNamed(fields: readonly SearchField[], word: string): (Suggestion & Filter)[] {
  if (word.length < FEWEST_LETTERS) return [];
  return fields
    .filter(({ is }) => is.kind === 'choice' || is.kind === 'text')
    .flatMap((field) => optionsStarting(field, word))
    .slice(0, MOST_BY_WORD);
}

function optionsStarting(field: SearchField, word: string): (Suggestion & Filter)[] {
  const wanted = fold(word);
  return optionsOf(field)
    .filter(({ value, label, words = [] }) => [value, label, ...words].some((name) => fold(name).startsWith(wanted)))
    .map(({ value }) => ({ kind: 'value', field, value }));
}

/** What was typed where it is a value, then options that begin like it and that hold it, and examples. */
function valuesOf(field: SearchField, typed: string): (Suggestion & Filter)[] {
  const wanted = fold(typed);
  const read = readValue(field, typed);
  const beginning = optionsStarting(field, typed).map(({ value }) => value);
  const holding = optionsOf(field).filter(({ value, label, words = [] }) =>
    [value, label, ...words].some((name) => fold(name).includes(wanted)),
  );
  const samples = (SAMPLES[field.is.kind] ?? []).filter((sample) => sample.startsWith(wanted));
  const values = [
    ...('value' in read ? [read.value] : []),
    ...beginning,
    ...holding.map(({ value }) => value),
    ...samples,
  ];
  return [...new Set(values)].slice(0, MOST_VALUES).map((value) => ({ kind: 'value', field, value }));
}
