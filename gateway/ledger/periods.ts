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
          endsAt: firstInstant(midnight + 86_400_000),
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

  const wallClock = (at: number): number => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
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
