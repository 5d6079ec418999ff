/** What several pieces of evidence come to, and what was called fine before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHigher, levelOf, newEvidence } from '../../gateway/anomalies/findings.ts';
import type { AnomalyEvidence, AnomalyLevel } from '../../gateway/contract/alerts.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-11-20T12:00:00Z');

const volume = (level: AnomalyLevel, seen = 600_000): AnomalyEvidence => ({
  measure: 'volume',
  level,
  within: 'day',
  seen,
  usual: 50_000,
  times: 12,
  days: 20,
});
const rate = (level: AnomalyLevel, seen = 300): AnomalyEvidence => ({
  measure: 'rate',
  level,
  seen,
  usual: 20,
  times: 15,
  days: 20,
});
const regular = (level: AnomalyLevel): AnomalyEvidence => ({
  measure: 'regularity',
  level,
  requests: 60,
  meanGapMs: 30_000,
  variation: 0.05,
});

test('the highest piece decides; many tokens and many requests are one sign, not two', () => {
  assert.equal(levelOf([]), null);
  assert.equal(levelOf([volume('low'), rate('medium')]), 'medium');
  assert.equal(levelOf([volume('medium'), rate('medium')]), 'medium');
  assert.equal(levelOf([volume('high')]), 'high');
});

test('much more than usual along with a machine’s regularity is high', () => {
  assert.equal(levelOf([volume('medium'), regular('medium')]), 'high');
  assert.equal(levelOf([rate('medium'), regular('medium')]), 'high');
  for (const mild of [
    [volume('low'), regular('medium')],
    [volume('medium'), regular('low')],
  ])
    assert.equal(levelOf(mild), 'medium');
  assert.equal(levelOf([regular('medium')]), 'medium', 'regularity alone never is');
});

test('levels are in order', () => {
  assert.ok(isHigher('medium', 'low') && isHigher('high', 'medium'));
  assert.ok(!isHigher('low', 'low') && !isHigher('low', 'high'));
});

test('what somebody called a false alarm says nothing new for 30 days, up to twice as much', () => {
  const known = (age: number) => [{ evidence: [volume('medium')], closedAt: NOW - age, falseAlarm: true }];
  assert.deepEqual(newEvidence([volume('medium', 1_199_999)], known(29 * DAY), NOW), []);
  assert.equal(newEvidence([volume('medium', 1_200_000)], known(29 * DAY), NOW).length, 1);
  assert.equal(newEvidence([volume('medium')], known(30 * DAY), NOW).length, 1);
  assert.deepEqual(newEvidence([volume('medium'), rate('low')], known(DAY), NOW), [rate('low')], 'other signs count');
});

test('what was resolved is told of again the next day', () => {
  const known = (age: number) => [{ evidence: [regular('low'), rate('low')], closedAt: NOW - age, falseAlarm: false }];
  assert.deepEqual(newEvidence([regular('medium'), rate('low')], known(23 * HOUR), NOW), []);
  assert.equal(newEvidence([regular('medium'), rate('low')], known(24 * HOUR), NOW).length, 2);
});
