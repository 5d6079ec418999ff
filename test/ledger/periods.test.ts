import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createCalendar } from '../../gateway/ledger/periods.ts';

const iso = (at: number) => new Date(at).toISOString();
const at = (text: string) => Date.parse(text);

describe('periods where the clock changes at the edge of the month', () => {
  test('a midnight that is put off by an hour begins the month once, when it comes', () => {
    // Cairo, 31 October 2024: at 24:00 the clocks went back to 23:00.
    const calendar = createCalendar('Africa/Cairo');
    const october = calendar.period(at('2024-10-15T12:00:00Z'));
    assert.equal(iso(october.endsAt), '2024-10-31T22:00:00.000Z');
    // The hour from 23:00 comes twice, and both times it is October.
    for (const text of ['2024-10-31T20:30:00Z', '2024-10-31T21:30:00Z', '2024-10-31T21:59:59.999Z']) {
      assert.equal(calendar.period(at(text)).id, '2024-10');
      assert.equal(calendar.day(at(text)), '2024-10-31');
    }
    assert.deepEqual(calendar.period(october.endsAt).startsAt, october.endsAt);
    assert.equal(calendar.period(october.endsAt).id, '2024-11');
  });

  test('a midnight that is skipped begins the month an hour of the wall later, and leaves no gap', () => {
    // Asunción, 1 October 2023: from 00:00 the clocks went to 01:00.
    const calendar = createCalendar('America/Asuncion');
    const september = calendar.period(at('2023-09-15T12:00:00Z'));
    assert.equal(iso(september.endsAt), '2023-10-01T04:00:00.000Z');
    assert.equal(calendar.period(september.endsAt - 1).id, '2023-09');
    assert.equal(calendar.period(september.endsAt).id, '2023-10');
    assert.equal(calendar.dayStart('2023-10-01'), september.endsAt);
  });

  test('an hour after midnight that comes twice belongs to the new month both times', () => {
    // Havana, 1 November 2020: at 01:00 the clocks went back to 00:00.
    const calendar = createCalendar('America/Havana');
    const november = calendar.period(at('2020-11-15T12:00:00Z'));
    assert.equal(iso(november.startsAt), '2020-11-01T04:00:00.000Z');
    for (const text of ['2020-11-01T04:30:00Z', '2020-11-01T05:30:00Z']) {
      assert.equal(calendar.period(at(text)).id, '2020-11');
      assert.equal(calendar.day(at(text)), '2020-11-01');
    }
  });

  test('in zones all over the world each period begins where the one before ends', () => {
    const zones = Intl.supportedValuesOf('timeZone').filter((_, index) => index % 12 === 0);
    assert.ok(zones.length > 20);
    for (const zone of zones) {
      const calendar = createCalendar(zone);
      let period = calendar.period(at('2026-01-15T12:00:00Z'));
      for (let month = 1; month <= 24; month++) {
        const next = calendar.period(period.endsAt);
        assert.equal(next.startsAt, period.endsAt, zone);
        assert.equal(next.id, new Date(Date.UTC(2026, month, 1)).toISOString().slice(0, 7), zone);
        assert.equal(calendar.period(period.endsAt - 1).id, period.id, zone);
        period = next;
      }
    }
  });
});

describe('the wall clock of a zone', () => {
  // Half an hour of daylight saving, a day left out, a pause for Ramadan, an offset with seconds, and two that are plain.
  const zones = [
    ['Australia/Lord_Howe', '2026-03-01'],
    ['Pacific/Apia', '2011-12-01'],
    ['Africa/Casablanca', '2026-02-01'],
    ['Africa/Monrovia', '1971-12-15'],
    ['America/Sao_Paulo', '2018-10-20'],
    ['Asia/Kolkata', '2026-01-01'],
  ] as const;

  test('is what the time-zone tables say at every quarter of an hour around a change', () => {
    for (const [zone, from] of zones) {
      const { wallClock } = createCalendar(zone);
      const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
      for (let quarter = 0; quarter < 60 * 96; quarter++) {
        const instant = at(from) + quarter * 900_000;
        assert.equal(wallClock(instant), at(`${format.format(instant).replace(' ', 'T')}Z`), `${zone} ${iso(instant)}`);
      }
      assert.equal(wallClock(at(from) + 7), wallClock(at(from)) + 7, 'to the millisecond');
    }
  });

  test('asks the tables a few times a day at most, and never again', (t) => {
    const calendar = createCalendar('America/Sao_Paulo');
    const tables = t.mock.method(Intl.DateTimeFormat.prototype, 'formatToParts');
    const askForYear = () => {
      for (let hour = 0; hour < 365 * 24; hour++) {
        const instant = at('2026-01-01T00:00:00Z') + hour * 3_600_000;
        calendar.dayStart(calendar.day(instant));
      }
      return tables.mock.callCount();
    };
    const first = askForYear();
    assert.ok(first <= 2 * 370, `${first} questions for a year`);
    assert.equal(askForYear(), first);
  });
});
