/** Pure: requests a minute, and how long to wait when there were too many. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequestRates } from '../../gateway/limits/request-rates.ts';
import { testClock } from '../support/clock.ts';
import { chance } from '../support/random.ts';

test('whoever waits as told is served, and not a second earlier than needed', () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = chance(seed);
    const clock = testClock(1_700_000_000_000 + random.below(120_000));
    const rates = createRequestRates(clock);
    const perMinute = 1 + random.below(30);
    for (let call = 0; call < 200; call++) {
      clock.advance(random.below(4_000));
      const wait = rates.take('u', perMinute);
      if (wait === 0) continue;
      assert.ok(wait <= 120, `seed ${seed}: ${wait} s`);
      clock.advance((wait - 1) * 1_000 - 1);
      if (wait > 1) assert.notEqual(rates.take('u', perMinute), 0, `seed ${seed}: ${wait} s was too long`);
      clock.advance(1_001);
      assert.equal(rates.take('u', perMinute), 0, `seed ${seed}: ${wait} s was too short`);
    }
  }
});

test('in the long run no more than the limit are let through', () => {
  const clock = testClock(1_700_000_000_000);
  const rates = createRequestRates(clock);
  let served = 0;
  for (let second = 0; second < 3_600; second++) {
    for (let call = 0; call < 5; call++) if (rates.take('u', 60) === 0) served++;
    clock.advance(1_000);
  }
  assert.ok(served >= 3_500 && served <= 3_660, `${served} in an hour`);
});

test('users do not take from one another, and a clock that is set back does not lock anybody out', () => {
  const clock = testClock(1_700_000_000_000);
  const rates = createRequestRates(clock);
  assert.deepEqual([rates.take('a', 1), rates.take('a', 1) > 0, rates.take('b', 1)], [0, true, 0]);
  clock.advance(-3_600_000);
  assert.equal(rates.take('a', 1), 0);
});
