/** Pure: which backups of the clock are kept. */

export interface Rotation {
  /** How many of the last days, weeks and months that have a backup keep their newest. */
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

export interface Rotated {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/**
 * The backups that are no longer needed. The newest is always kept.
 *
 * @param dayOf the local day (`YYYY-MM-DD`) of an instant
 */
export function outdated<File extends Rotated>(
  files: readonly File[],
  rotation: Rotation,
  dayOf: (at: number) => string,
): File[] {
  const newestFirst = files.toSorted((a, b) => b.createdAt - a.createdAt);
  const kept = new Set<File>(newestFirst.slice(0, 1));
  const keep = (count: number, spanOf: (day: string) => string) => {
    const spans = new Set<string>();
    for (const file of newestFirst) {
      const span = spanOf(dayOf(file.createdAt));
      if (spans.has(span)) continue;
      if (spans.size >= count) return;
      spans.add(span);
      kept.add(file);
    }
  };
  keep(rotation.daily, (day) => day);
  keep(rotation.weekly, weekOf);
  keep(rotation.monthly, (day) => day.slice(0, 7));
  return newestFirst.filter((file) => !kept.has(file));
}

/** The Monday of the day's week. */
function weekOf(day: string): string {
  const date = new Date(day);
  const sinceMonday = (date.getUTCDay() + 6) % 7;
  date.setUTCDate(date.getUTCDate() - sinceMonday);
  return date.toISOString().slice(0, 10);
}
