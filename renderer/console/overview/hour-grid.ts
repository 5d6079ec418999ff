import type { HoursReport } from '../../../gateway/contract/reports.ts';

export type HourFigure = 'tokens' | 'requests' | 'errors';
export type HourCell = HoursReport['cells'][number];

/** Position in the map: weekday 0 is Sunday. */
export interface Place {
  readonly weekday: number;
  readonly hour: number;
}

export const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6];
export const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** All hours of the week by weekday, those without use too. */
export function fillWeek(cells: readonly HourCell[]): HourCell[][] {
  const known = new Map(cells.map((cell) => [cell.weekday * 24 + cell.hour, cell]));
  return WEEKDAYS.map((weekday) =>
    HOURS.map(
      (hour) => known.get(weekday * 24 + hour) ?? { weekday, hour, requests: 0, errors: 0, tokens: 0, costMicroUsd: 0 },
    ),
  );
}

/** How strong a cell is, in [0, 1]: by the root, so that quiet hours are seen beside the busiest. */
export function strengthOf(value: number, most: number): number {
  return most === 0 ? 0 : Math.sqrt(value / most);
}

const TURNED: Readonly<Record<string, string>> = {
  ArrowLeft: 'ArrowUp',
  ArrowUp: 'ArrowLeft',
  ArrowRight: 'ArrowDown',
  ArrowDown: 'ArrowRight',
};

/** Where a key leads from a place; null when it leads nowhere. @param isTurned hours stand below each other */
export function placeAfter({ weekday, hour }: Place, key: string, isTurned = false): Place | null {
  switch (isTurned ? (TURNED[key] ?? key) : key) {
    case 'ArrowLeft':
      return hour > 0 ? { weekday, hour: hour - 1 } : null;
    case 'ArrowRight':
      return hour < 23 ? { weekday, hour: hour + 1 } : null;
    case 'ArrowUp':
      return weekday > 0 ? { weekday: weekday - 1, hour } : null;
    case 'ArrowDown':
      return weekday < 6 ? { weekday: weekday + 1, hour } : null;
    case 'Home':
      return { weekday, hour: 0 };
    case 'End':
      return { weekday, hour: 23 };
    default:
      return null;
  }
}
