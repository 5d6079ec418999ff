import type { Calendar } from '../ledger/periods.ts';
import { addDays } from './days.ts';
import { FORECAST_DAYS } from './forecast.ts';

/** The first day that a forecast, and the month before beside it, are made from. */
export function historyStart(calendar: Calendar, now: number): string {
  const back = addDays(calendar.day(now), -FORECAST_DAYS);
  const lastMonth = `${addDays(calendar.day(calendar.period(now).startsAt), -1).slice(0, 8)}01`;
  return back < lastMonth ? back : lastMonth;
}
