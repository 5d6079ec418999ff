/** Pure: times from an instant up to, but without, another; epoch milliseconds. */
export interface Interval {
  readonly from: number;
  readonly before: number;
}

/** The time that is in any of them and within `range`: in order, without overlaps or empty ones. */
export function unionOf(intervals: readonly Interval[], range: Interval): Interval[] {
  const union: Interval[] = [];
  for (const { from, before } of intervals.toSorted((a, b) => a.from - b.from)) {
    const cut = { from: Math.max(from, range.from), before: Math.min(before, range.before) };
    if (cut.from >= cut.before) continue;
    const last = union.at(-1);
    if (last && cut.from <= last.before) {
      union[union.length - 1] = { from: last.from, before: Math.max(last.before, cut.before) };
    } else union.push(cut);
  }
  return union;
}

/** What of an interval is in none of the others. */
export function without(whole: Interval, others: readonly Interval[]): Interval[] {
  const parts: Interval[] = [];
  let { from } = whole;
  for (const other of unionOf(others, whole)) {
    if (other.from > from) parts.push({ from, before: other.from });
    from = other.before;
  }
  if (from < whole.before) parts.push({ from, before: whole.before });
  return parts;
}

/** Milliseconds that two have in common. */
export function spanOf(one: Interval, other: Interval): number {
  return Math.max(0, Math.min(one.before, other.before) - Math.max(one.from, other.from));
}
