import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressKey, createTokenBuckets } from '../../gateway/limits/token-bucket.ts';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';

test('a bucket lets a burst through, then its rate, and says how long to wait', () => {
  const clock = testClock();
  const buckets = createTokenBuckets(clock, { perSecond: 5, burst: 10 });
  for (let i = 0; i < 10; i += 1) assert.equal(buckets.take('a'), 0);
  assert.equal(buckets.take('a'), 200);
  assert.equal(buckets.take('b'), 0, 'keys do not share');
  clock.advance(200);
  assert.equal(buckets.take('a'), 0);
  assert.equal(buckets.take('a'), 200);
  clock.advance(3_600_000);
  for (let i = 0; i < 10; i += 1) assert.equal(buckets.take('a'), 0);
  assert.notEqual(buckets.take('a'), 0, 'a long pause gives one burst, not more');
});

test('a clock that is set back neither freezes nor fills a bucket', () => {
  const clock = testClock();
  const buckets = createTokenBuckets(clock, { perSecond: 1, burst: 1 });
  assert.equal(buckets.take('a'), 0);
  clock.advance(-3_600_000);
  assert.notEqual(buckets.take('a'), 0);
  clock.advance(1_000);
  assert.equal(buckets.take('a'), 0);
});

test('the number of remembered keys is bounded', () => {
  const buckets = createTokenBuckets(testClock(), { perSecond: 1, burst: 1 }, 2);
  buckets.take('a');
  buckets.take('b');
  assert.notEqual(buckets.take('b'), 0);
  buckets.take('c');
  assert.equal(buckets.take('a'), 0, 'the longest unused one was forgotten');
});

test('IPv6 addresses count by their network, mapped IPv4 addresses as IPv4', () => {
  assert.equal(addressKey('::ffff:192.0.2.7'), '192.0.2.7');
  assert.equal(addressKey('192.0.2.7'), '192.0.2.7');
  assert.equal(addressKey('2001:db8:1:2:aaaa::1'), addressKey('2001:0db8:1:2:bbbb:1:2:3'));
  assert.notEqual(addressKey('2001:db8:1:2::1'), addressKey('2001:db8:1:3::1'));
  assert.equal(addressKey('fe80::1%eth0'), addressKey('fe80::2'));
  assert.equal(addressKey('::1'), '0:0:0:0::/64');
});

test('strangers are held back after ten calls at once, while signed-in callers from there are not', async (t) => {
  const clock = testClock();
  const { api } = await build(t, { clock });
  const stranger = () => api('/api/auth/me', { headers: { authorization: 'Bearer wrong' } });
  for (let i = 0; i < 10; i += 1) assert.equal((await stranger()).status, 401);
  const refused = await stranger();
  assert.deepEqual([refused.status, refused.body.error.code], [429, 'rate_limited']);
  assert.equal(refused.headers.get('retry-after'), '1');
  assert.equal((await api('/api/auth/me')).status, 200);
  clock.advance(1_000);
  for (let i = 0; i < 5; i += 1) assert.equal((await stranger()).status, 401);
  assert.equal((await stranger()).status, 429);
});

test('an operator may make a hundred calls at once, then fifty a second', async (t) => {
  const clock = testClock();
  const { api } = await build(t, { clock });
  const burst = await Promise.all(Array.from({ length: 110 }, () => api('/api/auth/me')));
  assert.equal(burst.filter(({ status }) => status === 200).length, 100);
  assert.equal(burst.filter(({ status }) => status === 429).length, 10);
  clock.advance(1_000);
  const next = await Promise.all(Array.from({ length: 60 }, () => api('/api/auth/me')));
  assert.equal(next.filter(({ status }) => status === 200).length, 50);
});

test('liveness and pages are never held back', async (t) => {
  const { url } = await build(t, { clock: testClock() });
  for (let i = 0; i < 40; i += 1) assert.equal((await fetch(`${url}/health`)).status, 200);
  for (let i = 0; i < 40; i += 1) assert.notEqual((await fetch(`${url}/admin/`)).status, 429);
});
