import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createWords } from '../../gateway/mail/words.ts';
import { instant } from '../../renderer/approver/instant.ts';
import { dayLabel, exactTime, momentText, relativeTime, shortDate } from '../../renderer/console/format/dates.ts';
import { finePercent, rate } from '../../renderer/console/format/numbers.ts';
import { formatDate, formatMoment } from '../../renderer/portal/ui/dates.ts';
import { formatBytes, formatMilliseconds, formatShare } from '../../renderer/shared/format/format.ts';

/** Intl writes narrow and no-break spaces. */
const plain = (text: string) => text.replaceAll(/\s/g, ' ');

describe('numbers as people read them', () => {
  test('shares are whole percents', () => {
    assert.equal(plain(formatShare(0.164, 'en')), '16%');
    assert.equal(plain(formatShare(1, 'pt-BR')), '100%');
  });

  test('bytes take the largest unit that leaves a whole number before the point', () => {
    assert.equal(plain(formatBytes(0, 'en')), '0 byte');
    assert.equal(plain(formatBytes(999_000, 'en')), '999 kB');
    assert.equal(plain(formatBytes(53_400_000, 'en')), '53 MB');
    assert.equal(plain(formatBytes(1_340_000_000, 'pt-BR')), '1,3 GB');
    assert.equal(plain(formatBytes(2e15, 'en')), '2,000 TB');
  });

  test('spans turn to seconds from a thousand milliseconds on', () => {
    assert.equal(plain(formatMilliseconds(0.42, 'en')), '0.4 ms');
    assert.equal(plain(formatMilliseconds(42.4, 'en')), '42 ms');
    assert.equal(plain(formatMilliseconds(1_500, 'pt-BR')), '1,5 s');
  });
});

test('what was a moment ago is told in whole units, never as sixty of the smaller one', () => {
  const ago = (seconds: number) => relativeTime(0, seconds * 1_000, 'en');
  assert.deepEqual([0.9, 59.9, 60, 3_599, 3_600, 86_399].map(ago), [
    'now',
    '59 seconds ago',
    '1 minute ago',
    '59 minutes ago',
    '1 hour ago',
    '23 hours ago',
  ]);
  assert.equal(relativeTime(119_000, 0, 'en'), 'in 1 minute');
});

test('a formatter is made once for each language and way of writing, however often it is used', (t) => {
  const made = t.mock.method(Intl, 'NumberFormat');
  for (let share = 0; share < 1; share += 0.01) {
    assert.match(plain(finePercent(share, 'en')), /^\d+(\.\d+)?%$/);
    assert.match(plain(finePercent(share, 'pt-BR')), /^\d+(,\d+)?%$/);
    assert.match(plain(rate(share, 'en')), /^\d+(\.\d)?%$/);
  }
  assert.equal(made.mock.callCount(), 3);
});

test('English dates name the month and begin with the day wherever they stand, and Portuguese ones are Brazilian', () => {
  const at = Date.parse('2026-04-05T14:03:22Z');
  const english = [
    shortDate(at, 'en', 'UTC'),
    exactTime(at, 'en', 'UTC'),
    momentText(at, 'en', 'UTC'),
    dayLabel('2026-04-05', 'en'),
    instant(at, 'en'),
    formatDate(at, 'en', 'UTC', at),
    formatMoment(at, 'en'),
    createWords('en', 'UTC').date(at),
    createWords('en', 'UTC').moment(at),
  ].map(plain);
  for (const text of english) {
    assert.match(text, /^5 Apr(il)?\b/);
    assert.doesNotMatch(text, /\d\/\d|[AP]M/);
  }
  assert.deepEqual(english.slice(0, 4), ['5 Apr 2026', '5 Apr 2026, 14:03:22 UTC', '5 Apr 2026, 14:03 UTC', '5 Apr']);
  assert.equal(plain(shortDate(at, 'pt-BR', 'UTC')), '5 de abr. de 2026');
  assert.equal(plain(createWords('pt-BR', 'UTC').date(at)), '5 de abril de 2026');
});
