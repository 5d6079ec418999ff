/** Pure: on which days marks stand, and how the use of any range is put together of two of them and a few days. */
import { addDays, daysBetween } from './days.ts';

/** No range is more than two days from a mark on either side: two marks of everybody cost as much as two days. */
const DAYS_OF_MONTH = ['01', '05', '09', '13', '17', '21', '25', '29'];
const BY_MODEL = ['01', '17'];
/** Reading a mark costs as much as reading a day. */
const MARK_COST = 1;

/** Days from `from` up to, but without, `before`. */
export interface DayRange {
  readonly from: string;
  readonly before: string;
}

export interface Composition {
  /** What was used before these days is added or taken away. */
  readonly marks: readonly { readonly day: string; readonly sign: 1 | -1 }[];
  readonly days: readonly (DayRange & { readonly sign: 1 | -1 })[];
}

/** The days after `after`, up to and with `until`, on which marks stand. */
export function markDaysBetween(after: string, until: string): string[] {
  const found: string[] = [];
  for (let day = addDays(after, 1); day <= until; day = addDays(day, 1)) {
    if (DAYS_OF_MONTH.includes(day.slice(8))) found.push(day);
  }
  return found;
}

/** Whether the marks of this day are kept by model, too: they are many, so that a range of one model may be eight days from one. */
export function isByModel(day: string): boolean {
  return BY_MODEL.includes(day.slice(8));
}

/** The cheapest way to the use of a range, with the marks that there are. */
export function composeRange(range: DayRange, marks: readonly string[]): Composition {
  const plain: Composition = { marks: [], days: [{ ...range, sign: 1 }] };
  const first = nearest(range.from, marks);
  const last = nearest(range.before, marks);
  if (first === null || last === null || first >= last) return plain;
  const edges = Math.abs(daysBetween(range.from, first)) + Math.abs(daysBetween(range.before, last));
  if (edges + 2 * MARK_COST >= daysBetween(range.from, range.before)) return plain;
  return {
    marks: [
      { day: last, sign: 1 },
      { day: first, sign: -1 },
    ],
    days: [...edge(range.from, first), ...edge(last, range.before)],
  };
}

/** The days between two, counted backwards where the second is the earlier one. */
function edge(from: string, to: string): Composition['days'] {
  if (from === to) return [];
  return from < to ? [{ from, before: to, sign: 1 }] : [{ from: to, before: from, sign: -1 }];
}

function nearest(day: string, marks: readonly string[]): string | null {
  let best: string | null = null;
  for (const mark of marks) {
    if (best === null || Math.abs(daysBetween(day, mark)) < Math.abs(daysBetween(day, best))) best = mark;
  }
  return best;
}
