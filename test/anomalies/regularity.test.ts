/** When requests come as a machine would send them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeRegularity } from '../../gateway/anomalies/regularity.ts';
import { chance } from '../support/random.ts';

const SECOND = 1_000;
const NOW = Date.parse('2026-11-20T12:00:00Z');

/** Times with such gaps, the last of them now. */
function times(gaps: readonly number[]): number[] {
  const list = [NOW];
  let at = NOW;
  for (const gap of gaps) {
    at -= gap;
    list.push(at);
  }
  return list;
}

const steady = (requests: number, gap: number) => times(Array.from({ length: requests - 1 }, () => gap));

test('a loop with a fixed pause is regular, in whatever order its requests are given', () => {
  const found = judgeRegularity(steady(60, 30 * SECOND));
  assert.equal(found?.level, 'medium');
  assert.deepEqual([found?.requests, found?.meanGapMs, found?.variation], [60, 30_000, 0]);
  assert.deepEqual(judgeRegularity(steady(60, 30 * SECOND).reverse()), found);
});

test('it takes 40 requests and 10 minutes to be noticed, 60 and 20 to be sure', () => {
  assert.equal(judgeRegularity(steady(39, 60 * SECOND)), null);
  assert.equal(judgeRegularity(steady(40, 60 * SECOND))?.level, 'low');
  assert.equal(judgeRegularity(steady(59, 60 * SECOND))?.level, 'low');
  assert.equal(judgeRegularity(steady(60, 60 * SECOND))?.level, 'medium');
  assert.equal(judgeRegularity(steady(599, SECOND)), null, 'a burst of ten minutes less two seconds');
  assert.equal(judgeRegularity(steady(601, SECOND))?.level, 'low');
  assert.equal(judgeRegularity(steady(1_201, SECOND))?.level, 'medium');
  assert.equal(judgeRegularity([]), null);
});

test('a pause of a quarter of an hour ends the stretch', () => {
  const before = Array.from({ length: 50 }, () => 20 * SECOND);
  assert.equal(
    judgeRegularity(times([...Array.from({ length: 20 }, () => 20 * SECOND), 901 * SECOND, ...before])),
    null,
  );
});

test('a machine that sways a little is watched, one that sways much is not told from a person', () => {
  const { below } = chance(3);
  const swaying = (share: number) =>
    times(Array.from({ length: 100 }, () => 30 * SECOND * (1 - share) + below(2 * share * 30 * SECOND)));
  assert.equal(judgeRegularity(swaying(0.1))?.level, 'medium');
  assert.equal(judgeRegularity(swaying(0.35))?.level, 'low');
  assert.equal(judgeRegularity(swaying(0.9)), null);
});

test('people are not machines, even those who ask without a break for hours', () => {
  const { below } = chance(8);
  for (let person = 0; person < 500; person++) {
    // They read for a while that varies as waiting times do; each question brings a title or a tool call beside it.
    const gaps = Array.from({ length: 120 }, (_, index) =>
      index % 3 === 2 ? 300 + below(700) : Math.round(-Math.log((below(9_999) + 1) / 10_000) * 40 * SECOND) + SECOND,
    );
    assert.equal(judgeRegularity(times(gaps)), null);
  }
});

test('a run of an agent, whose steps take their time, is no machine gun', () => {
  const { below } = chance(21);
  for (let run = 0; run < 200; run++) {
    const gaps = Array.from({ length: 90 }, () => 4 * SECOND + below(4) * below(20) * SECOND);
    assert.equal(judgeRegularity(times(gaps)), null);
  }
});
