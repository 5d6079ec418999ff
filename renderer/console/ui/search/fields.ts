/** Pure: what a list can be filtered by, as its search box knows it. */
import type { SearchParams } from '../../search-params.ts';
import { folded } from '../folded.ts';

export interface SearchOption {
  /** As it stands in the address. */
  readonly value: string;
  readonly label: string;
  /** Other words for it that may be typed. */
  readonly words?: readonly string[];
}

export type FieldKind =
  /** `options` are undefined until they are known: any value is taken then. */
  | { readonly kind: 'choice'; readonly options: readonly SearchOption[] | undefined }
  | { readonly kind: 'number' | 'percent' | 'time'; readonly words?: readonly SearchOption[] }
  /** `words` are what is known; whatever looks right is taken too. */
  | { readonly kind: 'text'; readonly words?: readonly SearchOption[]; readonly looks?: RegExp };

export interface SearchField {
  /** Name of the parameter in the address. */
  readonly param: string;
  /** The word before the colon that is offered, in the reader's language. */
  readonly key: string;
  /** Words that are accepted as well: the English one stays the same in every language. */
  readonly words: readonly string[];
  readonly label: string;
  readonly is: FieldKind;
  /** One value at most: another takes its place. */
  readonly isSingle?: boolean;
}

/** One value of a field: a chip. */
export interface Filter {
  readonly field: SearchField;
  /** As it stands in the address. */
  readonly value: string;
}

/** The filters of a list as they stand in the address. */
export type FilterParams = Readonly<Record<string, string | readonly string[] | undefined>>;

/** For comparing what was typed: without case, accents and outer spaces. */
export function fold(text: string): string {
  return folded(text).trim();
}

/** The field that a word before a colon means. */
export function fieldOf(fields: readonly SearchField[], word: string): SearchField | undefined {
  const wanted = asKey(word);
  return fields.find(({ key, words, label }) => [key, ...words, label].some((name) => asKey(name) === wanted));
}

function asKey(text: string): string {
  return fold(text).replaceAll(/[\s_]+/g, '-');
}

/** What the field offers by name. */
export function optionsOf({ is }: SearchField): readonly SearchOption[] {
  if (is.kind === 'choice') return is.options ?? [];
  return 'words' in is ? (is.words ?? []) : [];
}

/** The option that a typed value means, by its value, its label or another word for it. */
export function optionOf(field: SearchField, typed: string): SearchOption | undefined {
  const wanted = fold(typed);
  const options = optionsOf(field);
  return (
    options.find(({ value }) => fold(value) === wanted) ??
    options.find(({ label, words = [] }) => [label, ...words].some((word) => fold(word) === wanted))
  );
}

/** The chips that the address stands for. */
export function filtersOf(fields: readonly SearchField[], params: FilterParams): Filter[] {
  return fields.flatMap((field) => valuesOf(params, field).map((value) => ({ field, value })));
}

/** The parameters that change when these filters are added. */
export function withFilters(params: FilterParams, filters: readonly Filter[]): FilterParams {
  const changes: Record<string, string | readonly string[]> = {};
  for (const { field, value } of filters) {
    const before = valuesOf({ ...params, ...changes }, field);
    if (field.isSingle) changes[field.param] = value;
    else if (!before.includes(value)) changes[field.param] = [...before, value];
  }
  return changes;
}

/** The parameter that changes when this filter is taken away. */
export function withoutFilter(params: FilterParams, { field, value }: Filter): FilterParams {
  const left = valuesOf(params, field).filter((item) => item !== value);
  return { [field.param]: left.length === 0 ? undefined : left };
}

/** Of the address, what the box shows: its text and the parameters of its fields. All of them, set or not. */
export function shownParams(
  fields: readonly SearchField[],
  textParam: string | null,
  params: FilterParams | SearchParams,
): FilterParams {
  const shown = fields.map((field) => {
    const values = valuesOf(params, field);
    return [field.param, values.length === 0 ? undefined : field.isSingle ? values[0] : values] as const;
  });
  return Object.fromEntries(textParam === null ? shown : [[textParam, [params[textParam]].flat()[0]], ...shown]);
}

function valuesOf(params: FilterParams, { param }: SearchField): string[] {
  const value = params[param];
  return value === undefined ? [] : [value].flat().map(String);
}
