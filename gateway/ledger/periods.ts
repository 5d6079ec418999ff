/** Pure: calendar months and days of a time zone. */

export interface Period {
  /** `YYYY-MM`. */
  readonly id: string;
  /** Epoch milliseconds of its first instant, and of the next period's. */
  readonly startsAt: number;
  readonly endsAt: number;
}

export interface Calendar {
  readonly timeZone: string;
  period(at: number): Period;
  /** `YYYY-MM-DD`. */
  day(at: number): string;
  /** The first instant of a day named so, epoch milliseconds. */
  dayStart(day: string): number;
  /** The wall clock at an instant, in epoch milliseconds as if the zone were UTC. */
  wallClock(at: number): number;
}

interface Day {
  readonly id: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

/**
 * A calendar of the IANA zone `timeZone`. Days and periods are cached, so that the usual question costs a comparison.
 *
 * @throws RangeError when the zone is unknown
 */
export function createCalendar(timeZone: string): Calendar {
  const { wallClock, firstInstant } = timeZone === 'UTC' ? UTC : zoneClock(timeZone);
  let period: Period = { id: '', startsAt: 0, endsAt: 0 };
  let day: Day = { id: '', startsAt: 0, endsAt: 0 };

  return {
    timeZone,
    period(at) {
      if (at < period.startsAt || at >= period.endsAt) {
        const wall = new Date(wallClock(at));
        const year = wall.getUTCFullYear();
        const month = wall.getUTCMonth();
        period = {
          id: wall.toISOString().slice(0, 7),
          startsAt: firstInstant(Date.UTC(year, month, 1)),
          endsAt: firstInstant(Date.UTC(year, month + 1, 1)),
        };
      }
      return period;
    },
    day(at) {
      if (at < day.startsAt || at >= day.endsAt) {
        const wall = new Date(wallClock(at));
        const midnight = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate());
        day = {
          id: wall.toISOString().slice(0, 10),
          startsAt: firstInstant(midnight),
          endsAt: firstInstant(midnight + DAY_MS),
        };
      }
      return day.id;
    },
    dayStart: (id) => firstInstant(Date.parse(id)),
    wallClock,
  };
}

interface ZoneClock {
  /** The zone's wall clock at an instant, as if it were UTC. */
  wallClock(at: number): number;
  /** The first instant whose wall clock is at or after `wall`; a clock that skips midnight starts its day later. */
  firstInstant(wall: number): number;
}

/** The default zone needs no tables: loading them costs an idle gateway 8 MB. */
const UTC: ZoneClock = { wallClock: (at) => at, firstInstant: (wall) => wall };

const DAY_MS = 86_400_000;
/** Of which offsets are remembered: more than any report looks at. */
const MOST_DAYS = 5_000;

function zoneClock(timeZone: string): ZoneClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });

  /** What the zone's clock is ahead of UTC at an instant, in milliseconds; takes some ten microseconds. */
  const readOffset = (at: number): number => {
    const second = Math.floor(at / 1_000) * 1_000;
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(second)) part[type] = Number(value);
    return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second) - second;
  };
  /** By day of UTC; null on days on which it changes. Reports ask for every hour of a year, and ask again. */
  const offsets = new Map<number, number | null>();
  const offsetOn = (day: number): number | null => {
    const known = offsets.get(day);
    if (known !== undefined) return known;
    if (offsets.size >= MOST_DAYS) offsets.clear();
    const first = readOffset(day * DAY_MS);
    const offset = first === readOffset((day + 1) * DAY_MS) ? first : null;
    offsets.set(day, offset);
    return offset;
  };
  const wallClock = (at: number): number => at + (offsetOn(Math.floor(at / DAY_MS)) ?? readOffset(at));
  return {
    wallClock,
    firstInstant(wall) {
      let low = wall - 36 * 3_600_000;
      let high = wall + 36 * 3_600_000;
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        if (wallClock(middle) >= wall) high = middle;
        else low = middle + 1;
      }
      return low;
    },
  };
}
