/** Pure: values as people type them, and as the API takes them: `> 1,5 mi` is `>1500000`. */
import { fold, optionOf, type SearchField } from './fields.ts';

export type ValueProblem = 'empty' | 'value' | 'number' | 'percent' | 'time' | 'order' | 'rise';

/** The value for the address, or why it is none. */
export type ReadValue = { readonly value: string } | { readonly problem: ValueProblem };

/** Reads one value of a field. */
export function readValue(field: SearchField, typed: string): ReadValue {
  const text = typed.trim();
  if (text === '') return { problem: 'empty' };
  const option = optionOf(field, text);
  if (option) return { value: option.value };
  switch (field.is.kind) {
    case 'choice':
      return field.is.options === undefined ? { value: text } : { problem: 'value' };
    case 'text':
      return field.is.looks?.test(text) === false ? { problem: 'value' } : { value: text };
    case 'number':
      return readComparison(text, tokensOf, 'number');
    case 'percent':
      return readComparison(text, percentOf, 'percent');
    case 'time':
      return readTime(text);
  }
}

const ORDER = /^(<=|>=|<|>|≤|≥)?\s*(.*)$/su;

function orderOf(text: string): [order: string, rest: string] {
  const [, order = '', rest = ''] = ORDER.exec(text) ?? [];
  return [order.replace('≤', '<=').replace('≥', '>='), rest];
}

/** `A..B`, either side open; null when it is no range. */
function sidesOf(text: string): [string, string] | null {
  const [first, last, more] = text.split(/\.\.|–/);
  return last === undefined || more !== undefined ? null : [first?.trim() ?? '', last.trim()];
}

function readComparison(text: string, read: (text: string) => number | null, problem: 'number' | 'percent'): ReadValue {
  const sides = sidesOf(text);
  if (sides) {
    const [first, last] = sides.map((side) => (side === '' ? undefined : read(side)));
    if (first === null || last === null || (first === undefined && last === undefined)) return { problem };
    if (first !== undefined && last !== undefined && first > last) return { problem: 'rise' };
    return { value: `${first ?? ''}..${last ?? ''}` };
  }
  const [order, rest] = orderOf(text);
  const number = read(rest);
  return number === null ? { problem } : { value: `${order}${number}` };
}

const SCALES: readonly [words: RegExp, factor: number][] = [
  [/^$/, 1],
  [/^(k|mil)$/, 1e3],
  [/^(m|mi|mio|million|milhao|milhoes)$/, 1e6],
  [/^(b|bi|g|billion|bilhao|bilhoes)$/, 1e9],
];
const LARGEST = 1e13;

/** `1.5M`, `1,5 mi`, `1,000`, `1.000`: a whole number of tokens. */
function tokensOf(text: string): number | null {
  const [, digits = '', word = ''] = /^([\d.,]+)\s*([a-z]*)$/.exec(fold(text)) ?? [];
  const factor = SCALES.find(([words]) => words.test(word))?.[1];
  const number = decimalOf(digits);
  if (factor === undefined || number === null) return null;
  const tokens = Math.round(number * factor * 1e6) / 1e6;
  return Number.isInteger(tokens) && tokens < LARGEST ? tokens : null;
}

/** `80`, `80%`, `12,5 %`. */
function percentOf(text: string): number | null {
  const number = decimalOf(text.replace(/\s*%$/, ''));
  return number !== null && number <= 100 && Number.isInteger(Math.round(number * 1e6) / 1e5) ? number : null;
}

/** A point or comma before three digits parts thousands, else it begins the decimals: so people write in any language. */
function decimalOf(text: string): number | null {
  if (/^\d{1,3}([.,]\d{3})+$/.test(text)) return Number(text.replaceAll(/[.,]/g, ''));
  return /^\d+([.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : null;
}

const UNITS: readonly [words: RegExp, unit: 'h' | 'd' | 'w', times: number][] = [
  [/^(h|hours?|horas?)$/, 'h', 1],
  [/^(d|days?|dias?)$/, 'd', 1],
  [/^(w|s|sem|weeks?|semanas?)$/, 'w', 1],
  [/^(m|mo|months?|mes|meses)$/, 'd', 30],
  [/^(y|a|years?|anos?)$/, 'd', 365],
];
const LONGEST = 9_999;

/** `>30d`, `> 2 weeks`, `2026-11-20`, `>=2026-11-01`, `2026-11`, `2026-11-01..2026-11-30`. */
function readTime(text: string): ReadValue {
  const sides = sidesOf(text);
  if (sides) {
    const [first, last] = sides;
    if (first === '' && last === '') return { problem: 'time' };
    if (![first, last].every((side) => side === '' || isDay(side))) return { problem: 'time' };
    return first !== '' && last !== '' && first > last ? { problem: 'rise' } : { value: `${first}..${last}` };
  }
  const [order, rest] = orderOf(text);
  if (isDay(rest)) return { value: `${order}${rest}` };
  const month = order === '' ? monthOf(rest) : null;
  if (month) return { value: month };
  const [, count, word = ''] = /^(\d+)\s*([a-z]+)$/.exec(fold(rest)) ?? [];
  const [, unit, times = 1] = UNITS.find(([words]) => words.test(word)) ?? [];
  if (count === undefined || unit === undefined || Number(count) * times > LONGEST) return { problem: 'time' };
  return order === '' ? { problem: 'order' } : { value: `${order}${Number(count) * times}${unit}` };
}

function monthOf(text: string): string | null {
  if (!/^\d{4}-\d{2}$/.test(text) || !isDay(`${text}-01`)) return null;
  const [year = 0, month = 0] = text.split('-').map(Number);
  return `${text}-01..${new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)}`;
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(text);
  // Of February 30 a date is made that has another name.
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
