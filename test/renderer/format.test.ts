import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { finePercent, rate } from '../../renderer/console/format/numbers.ts';
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

test('a formatter is made once for each language and way of writing, however often it is used', (t) => {
  const made = t.mock.method(Intl, 'NumberFormat');
  for (let share = 0; share < 1; share += 0.01) {
    assert.match(plain(finePercent(share, 'en')), /^\d+(\.\d+)?%$/);
    assert.match(plain(finePercent(share, 'pt-BR')), /^\d+(,\d+)?%$/);
    assert.match(plain(rate(share, 'en')), /^\d+(\.\d)?%$/);
  }
  assert.equal(made.mock.callCount(), 3);
});
