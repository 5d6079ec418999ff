/** When a figure is far from what is usual for the same user. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, usualOf } from '../../gateway/anomalies/usual.ts';
import { chance } from '../support/random.ts';

const LEAST = 100;

/** What is usual on days of such figures. @throws when that is not enough history */
function usual(values: readonly number[]) {
  const found = usualOf(values);
  if (!found) throw new Error('Not enough history');
  return found;
}

test('fewer than seven active days are no ground for a verdict', () => {
  assert.equal(usualOf([100, 110, 90, 100, 105, 95]), null);
  assert.equal(usualOf([100, 110, 90, 100, 105, 95, 0, 0, 0]), null, 'days without use say nothing');
  assert.equal(usualOf([100, 110, 90, 100, 105, 95, 100])?.days, 7);
});

test('the levels begin at 5, 10 and 30 times the usual, and not below', () => {
  const steady = usual(Array.from({ length: 20 }, (_, index) => 1_000 + (index % 5)));
  const at = (times: number) => judge(steady.amount * times, steady, LEAST)?.level ?? null;
  assert.deepEqual([4.99, 5, 9.99, 10, 29.99, 30, 1_000].map(at), [
    null,
    'low',
    'low',
    'medium',
    'medium',
    'high',
    'high',
  ]);
  assert.equal(judge(steady.amount * 12, steady, LEAST)?.times, 12);
});

test('the strongest verdict needs two weeks of history', () => {
  const short = usual(Array.from({ length: 13 }, () => 1_000));
  assert.equal(judge(100_000, short, LEAST)?.level, 'medium');
  const long = usual(Array.from({ length: 14 }, () => 1_000));
  assert.equal(judge(100_000, long, LEAST)?.level, 'high');
});

test('a spread of nothing does not make every other value a sensation', () => {
  const same = usual(Array.from({ length: 30 }, () => 1_000));
  for (const seen of [1_001, 1_500, 2_900, 4_999]) assert.equal(judge(seen, same, LEAST), null, String(seen));
});

test('one day of excess hides neither the next one nor makes the quiet ones strange', () => {
  const days = [...Array.from({ length: 19 }, (_, index) => 900 + 10 * index), 200_000];
  const known = usual(days);
  assert.equal(known.median, 995);
  assert.equal(judge(150_000, known, LEAST)?.level, 'medium', 'the mean rises tenfold, the median does not');
  assert.equal(judge(1_000, known, LEAST), null);
});

test('whoever swings between little and much is watched at ten times the mean, and never limited for it', () => {
  const bursty = usual([10, 20_000, 15, 18_000, 12, 25_000, 11, 22_000, 14, 24_000, 13, 21_000, 16, 19_000]);
  assert.equal(judge(60_000, bursty, LEAST), null);
  assert.equal(judge(bursty.amount * 10, bursty, LEAST)?.level, 'low');
});

test('small sums are never unusual', () => {
  const small = usual(Array.from({ length: 20 }, () => 2));
  assert.equal(judge(99, small, LEAST), null);
  assert.equal(judge(100, small, LEAST)?.level, 'high');
});

test('more is never less unusual, whatever the history', () => {
  const { below } = chance(11);
  const rank = { none: 0, low: 1, medium: 2, high: 3 };
  for (let round = 0; round < 300; round++) {
    const history = usual(Array.from({ length: 7 + below(22) }, () => 1 + below(2) * below(1_000_000)));
    let before = 0;
    for (let seen = 1; seen < 1e9; seen = Math.ceil(seen * 1.7)) {
      const level = rank[judge(seen, history, LEAST)?.level ?? 'none'];
      assert.ok(level >= before, `${seen} after ${before} in ${JSON.stringify(history)}`);
      before = level;
    }
  }
});

test('of the ordinary days of people who work unevenly hardly one is called unusual', () => {
  const { below } = chance(5);
  const uniform = () => (below(1_000_000) + 1) / 1_000_001;
  // Log-normal with a deviation of 0.7: a day of twice the usual every week or so.
  const day = () =>
    Math.round(40_000 * Math.exp(0.7 * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())));
  const found = { low: 0, medium: 0, high: 0 };
  const days = 20_000;
  for (let round = 0; round < days; round++) {
    const level = judge(day(), usual(Array.from({ length: 20 }, day)), 1)?.level;
    if (level) found[level]++;
  }
  assert.ok(found.low / days < 0.02, JSON.stringify(found));
  assert.ok(found.medium / days < 0.002, JSON.stringify(found));
  assert.equal(found.high, 0);
});
