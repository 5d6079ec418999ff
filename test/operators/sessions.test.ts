import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';
import { addOperator, browser, PASSWORD, signIn } from './people.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('the refresh cookie is for pages of our own only', async (t) => {
  const built = await build(t);
  await addOperator(built.context, 'ana@example.com');
  const page = browser(built);
  const { headers, body } = await signIn(page, 'ana@example.com');
  const cookie = headers.get('set-cookie') ?? '';
  assert.match(cookie, /^solaris_refresh=/);
  assert.match(cookie, /; Path=\/api\/auth;/);
  assert.match(cookie, /; HttpOnly/);
  assert.match(cookie, /; SameSite=Strict/);
  assert.doesNotMatch(cookie, /Secure/, 'a browser would drop it over plain HTTP');
  assert.ok(!JSON.stringify(body).includes(page.cookie?.split('=')[1] ?? 'none'), 'a script never sees it');

  const refresh = (origin: Record<string, string>) =>
    built.api('/api/auth/refresh', {
      method: 'POST',
      headers: { cookie: page.cookie ?? '', authorization: '', ...origin },
    });
  assert.equal((await refresh({ origin: 'https://evil.example.com' })).body.error.code, 'origin_not_allowed');
  assert.equal((await refresh({ origin: 'http://localhost:1' })).body.error.code, 'origin_not_allowed');
  assert.equal((await refresh({})).body.error.code, 'origin_required');
  assert.equal((await refresh({ origin: built.url })).status, 200);
});

test('a token lasts an hour, and the cookie gives the next for thirty days', async (t) => {
  const clock = testClock();
  const built = await build(t, { clock });
  await addOperator(built.context, 'ana@example.com');
  const page = browser(built);
  await signIn(page, 'ana@example.com');
  clock.advance(HOUR - 1);
  assert.equal((await page.call('/api/auth/me')).status, 200);
  clock.advance(1);
  assert.equal((await page.call('/api/auth/me')).body.error.code, 'invalid_token');
  const first = page.token;
  assert.equal((await page.call('/api/auth/refresh', { method: 'POST' })).status, 200);
  assert.notEqual(page.token, first);
  assert.equal((await page.call('/api/auth/me')).status, 200);
  clock.advance(30 * DAY);
  assert.equal((await page.call('/api/auth/refresh', { method: 'POST' })).body.error.code, 'session_ended');
  assert.equal(page.cookie, null, 'the dead cookie is taken away');
});

test('a cookie that is used again after it was replaced ends the session for both', async (t) => {
  const clock = testClock();
  const built = await build(t, { clock });
  await addOperator(built.context, 'ana@example.com');
  const owner = browser(built);
  await signIn(owner, 'ana@example.com');
  const thief = browser(built);
  thief.cookie = owner.cookie;

  assert.equal((await thief.call('/api/auth/refresh', { method: 'POST' })).status, 200);
  clock.advance(HOUR);
  assert.equal((await owner.call('/api/auth/refresh', { method: 'POST' })).status, 401);
  assert.equal((await thief.call('/api/auth/me')).status, 401);
  assert.equal((await thief.call('/api/auth/refresh', { method: 'POST' })).status, 401);
  const audit = await built.api('/api/admin/audit?action=session.reuse_detected');
  assert.equal(audit.body.total, 1);
});

test('two tabs that refresh with one cookie at the same moment both go on', async (t) => {
  const clock = testClock();
  const built = await build(t, { clock });
  await addOperator(built.context, 'ana@example.com');
  const one = browser(built);
  await signIn(one, 'ana@example.com');
  const other = browser(built);
  other.cookie = one.cookie;
  const before = one.token;

  const answers = await Promise.all([one, other].map((tab) => tab.call('/api/auth/refresh', { method: 'POST' })));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200],
  );
  assert.equal(one.cookie, other.cookie, 'whichever answer comes last, the browser keeps the good cookie');
  for (const tab of [one, other]) assert.equal((await tab.call('/api/auth/me')).status, 200);
  one.token = before;
  assert.equal((await one.call('/api/auth/me')).status, 200, 'a tab that has not refreshed yet is not thrown out');
  clock.advance(HOUR);
  assert.equal((await one.call('/api/auth/me')).status, 401, 'but no longer than its token was to last');
  assert.equal((await other.call('/api/auth/refresh', { method: 'POST' })).status, 200);
});

test('two tabs go on as well when another gateway answers the second, or the same after a restart', async (t) => {
  const clock = testClock();
  const first = await build(t, { clock });
  await addOperator(first.context, 'ana@example.com');
  const one = browser(first);
  await signIn(one, 'ana@example.com');
  const { cookie, token } = one;
  assert.equal((await one.call('/api/auth/refresh', { method: 'POST' })).status, 200);

  const second = await first.restart();
  const other = browser(second);
  Object.assign(other, { cookie, token });
  const moved = browser(second);
  Object.assign(moved, { cookie: one.cookie, token: one.token });
  assert.equal((await other.call('/api/auth/me')).status, 200, 'the token from before still stands');
  clock.advance(9_000);
  const answer = await other.call('/api/auth/refresh', { method: 'POST' });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('set-cookie'), null, 'the browser keeps the cookie of the first answer');
  for (const tab of [moved, other]) assert.equal((await tab.call('/api/auth/me')).status, 200);
  assert.equal((await second.api('/api/admin/audit?action=session.reuse_detected')).body.total, 0);
  assert.equal((await moved.call('/api/auth/refresh', { method: 'POST' })).status, 200, 'the cookie is good');

  const thief = browser(await second.restart());
  thief.cookie = cookie;
  assert.equal((await thief.call('/api/auth/refresh', { method: 'POST' })).status, 401, 'the one before it is not');
});

test('a cookie that was replaced is good for ten seconds, by whichever clock', async (t) => {
  for (const step of [10_000, -10_000]) {
    const clock = testClock();
    const first = await build(t, { clock });
    await addOperator(first.context, 'ana@example.com');
    const one = browser(first);
    await signIn(one, 'ana@example.com');
    const { cookie } = one;
    await one.call('/api/auth/refresh', { method: 'POST' });
    const late = browser(await first.restart());
    late.cookie = cookie;
    clock.advance(step);
    assert.equal((await late.call('/api/auth/refresh', { method: 'POST' })).status, 401, `${step}`);
  }
});

test('signing out ends the session, by token as well as by cookie', async (t) => {
  const built = await build(t, { clock: testClock() });
  await addOperator(built.context, 'ana@example.com');
  for (const by of ['token', 'cookie'] as const) {
    const page = browser(built);
    await signIn(page, 'ana@example.com');
    const { token, cookie } = page;
    if (by === 'token') page.cookie = null;
    else page.token = null;
    assert.equal((await page.call('/api/auth/logout', { method: 'POST' })).status, 204);
    Object.assign(page, { token, cookie });
    assert.equal((await page.call('/api/auth/me')).status, 401, by);
    assert.equal((await page.call('/api/auth/refresh', { method: 'POST' })).status, 401, by);
  }
  assert.equal(
    (await browser(built).call('/api/auth/logout', { method: 'POST' })).status,
    204,
    'also without a session',
  );
});

test("operators see their sessions and end them, but nobody else's", async (t) => {
  const built = await build(t, { clock: testClock() });
  await addOperator(built.context, 'ana@example.com');
  await addOperator(built.context, 'bia@example.com');
  const [here, there, bia] = [browser(built), browser(built), browser(built)];
  await signIn(here, 'ana@example.com');
  await signIn(there, 'ana@example.com');
  await signIn(bia, 'bia@example.com');
  const { body } = await here.call('/api/auth/sessions');
  assert.equal(body.items.length, 2);
  assert.deepEqual(body.items.map((item: { current: boolean }) => item.current).sort(), [false, true]);
  const other = body.items.find((item: { current: boolean }) => !item.current);
  const end = (page: typeof bia) => page.call(`/api/auth/sessions/${other.id}`, { method: 'DELETE' });
  assert.equal((await end(bia)).status, 404);
  assert.equal((await there.call('/api/auth/me')).status, 200);
  assert.equal((await end(here)).status, 204);
  assert.equal((await there.call('/api/auth/me')).status, 401);
  assert.equal((await here.call('/api/auth/me')).status, 200);
});

test('a new password ends all other sessions and needs the old one', async (t) => {
  const built = await build(t, { clock: testClock() });
  await addOperator(built.context, 'ana@example.com');
  const [here, there] = [browser(built), browser(built)];
  await signIn(here, 'ana@example.com');
  await signIn(there, 'ana@example.com');
  const change = (current: string, next: string) => here.call('/api/auth/password', { body: { current, next } });
  assert.equal((await change('wrong', 'another long password')).body.error.code, 'wrong_password');
  assert.deepEqual((await change(PASSWORD, 'short')).body.error.field, 'next');
  assert.equal((await change(PASSWORD, 'another long password')).status, 204);
  assert.equal((await here.call('/api/auth/me')).status, 200);
  assert.equal((await there.call('/api/auth/me')).status, 401);
  assert.equal((await signIn(there, 'ana@example.com')).status, 401);
  assert.equal((await signIn(there, 'ana@example.com', { password: 'another long password' })).status, 200);
});

test('an API token cannot change how its operator signs in', async (t) => {
  const { api } = await build(t);
  for (const [method, path] of [
    ['POST', '/api/auth/password'],
    ['POST', '/api/auth/totp/enrol'],
    ['POST', '/api/auth/totp/recovery-codes'],
    ['POST', '/api/admin/tokens'],
    ['POST', '/api/admin/operators'],
    ['DELETE', '/api/auth/sessions/x'],
  ] as const) {
    const body = {
      '/api/auth/password': { next: 'another long password' },
      '/api/auth/totp/recovery-codes': { code: '123456' },
      '/api/admin/tokens': { name: 'x', role: 'viewer' },
      '/api/admin/operators': { email: 'x@example.com', role: 'owner', password: 'another long password' },
    }[path as string];
    const answer = await api(path, { method, body });
    assert.deepEqual([answer.status, answer.body.error.code], [403, 'session_required'], path);
  }
});

test('whoever never signed in hears that nobody is, which is no error', async (t) => {
  const built = await build(t);
  const page = browser(built);
  for (const path of ['/api/auth/refresh', '/api/portal/refresh']) {
    const answer = await page.call(path, { method: 'POST' });
    assert.equal(answer.status, 204, path);
    assert.equal(page.token, null);
  }
});

test('garbage in the cookie is an ended session, not a fault', async (t) => {
  const built = await build(t);
  for (const value of ['', 'x', 'ses_1.2', `ses_${'0'.repeat(32)}.${'A'.repeat(43)}`, '%00', 'a'.repeat(5_000)]) {
    const page = browser(built);
    page.cookie = `solaris_refresh=${value}`;
    const answer = await page.call('/api/auth/refresh', { method: 'POST' });
    assert.deepEqual([answer.status, answer.body.error.code], [401, 'session_ended'], value);
  }
});
