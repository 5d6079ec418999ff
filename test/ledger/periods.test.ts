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
