/** Filters that compare: `>1000`, `50..80`, `>30d`. What is given several times must all hold. */
import { z } from 'zod';
import { dayRange } from './days.ts';

/** From the first number that matches up to, but without, the first that no longer does; null where a side is open. */
export interface NumberBounds {
  readonly from: number | null;
  readonly before: number | null;
}

export type Order = '<' | '<=' | '>' | '>=';

/** When something was: so long ago, or on days. */
export type TimeBounds =
  | { readonly kind: 'ago'; readonly order: Order; readonly milliseconds: number }
  /** First and last day, both included. */
  | { readonly kind: 'days'; readonly from: string | null; readonly to: string | null }
  /** The days after this one, or before it. */
  | { readonly kind: 'beyond'; readonly side: 'after' | 'before'; readonly day: string };

const NUMBERS = /^(?:(<=|>=|<|>)?(\d{1,13})|(\d{1,13})?\.\.(\d{1,13})?)$/;
const PERCENTS = /^(?:(<=|>=|<|>)?(\d{1,3}(?:\.\d)?)|(\d{1,3}(?:\.\d)?)?\.\.(\d{1,3}(?:\.\d)?)?)$/;

function bounds(pattern: RegExp, unit: number, message: string) {
  return z
    .string()
    .refine((text) => pattern.test(text) && text !== '..', message)
    .transform((text): NumberBounds => {
      const [, order, one, first, last] = pattern.exec(text) ?? [];
      const steps = (digits: string | undefined) => (digits === undefined ? null : Math.round(Number(digits) * unit));
      const value = steps(one);
      if (value === null) return { from: steps(first), before: after(steps(last)) };
      switch (order) {
        case '<':
          return { from: null, before: value };
        case '<=':
          return { from: null, before: value + 1 };
        case '>':
          return { from: value + 1, before: null };
        case '>=':
          return { from: value, before: null };
        default:
          return { from: value, before: value + 1 };
      }
    })
    .refine(({ from, before }) => from === null || before === null || from < before, 'must rise');
}

function after(value: number | null): number | null {
  return value === null ? null : value + 1;
}

/** Whole numbers. */
export const numberComparison = bounds(NUMBERS, 1, 'must look like >1000, <=500, 0 or 500..1000');

/** Percents with at most one decimal; the bounds are in tenths of a percent. */
export const percentComparison = bounds(PERCENTS, 10, 'must look like >80, <=12.5, 100 or 50..80');

const UNITS = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const AGO = /^(<=|>=|<|>)(\d{1,4})([hdw])$/;
const BEYOND = /^(<=|>=|<|>)?(\d{4}-\d{2}-\d{2})$/;
const LOOKS = 'must look like >30d (longer ago), <12h, 2026-11-20, >=2026-11-01 or 2026-11-01..2026-11-30';

/** `>30d` is longer than 30 days ago (`h` hours, `d` days, `w` weeks), `>=2026-11-01` that day or later. */
export const timeComparison = z.string().transform((text, context): TimeBounds => {
  const [, order, count, unit] = AGO.exec(text) ?? [];
  if (order !== undefined) {
    return { kind: 'ago', order: order as Order, milliseconds: Number(count) * UNITS[unit as keyof typeof UNITS] };
  }
  const [, side, day] = BEYOND.exec(text) ?? [];
  const days = dayRange.safeParse(day === undefined ? text : `${day}..${day}`);
  if (!days.success || text === '..') {
    const isDays = day !== undefined || (text !== '..' && text.includes('..'));
    context.addIssue({ code: 'custom', message: (isDays && days.error?.issues[0]?.message) || LOOKS });
    return z.NEVER;
  }
  if (day === undefined || side === undefined) return { kind: 'days', ...days.data };
  if (side === '>=') return { kind: 'days', from: day, to: null };
  if (side === '<=') return { kind: 'days', from: null, to: day };
  return { kind: 'beyond', side: side === '>' ? 'after' : 'before', day };
});

/** The same, or `never`, for what may never have been. */
export const timeOrNever = orWord('never', timeComparison);

/** A limit, or `none` for those without one. */
export const limitComparison = orWord('none', numberComparison);

/** A word of its own beside the comparisons. What is neither is refused as a comparison: that is what most try. */
function orWord<Word extends string, Bounds>(word: Word, comparison: z.ZodType<Bounds, string>) {
  return z.string().transform((text, context): Word | Bounds => {
    if (text === word) return word;
    const read = comparison.safeParse(text);
    if (read.success) return read.data;
    context.addIssue({ code: 'custom', message: read.error.issues[0]?.message ?? '' });
    return z.NEVER;
  });
}
