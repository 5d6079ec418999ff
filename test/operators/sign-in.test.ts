import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import { nextAttempt } from '../../gateway/operators/lock-out.ts';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';
import { addOperator, browser, PASSWORD, signIn, totpCode, turnTotpOn } from './people.ts';

test('whoever knows e-mail and password gets a token that works', async (t) => {
  const built = await build(t);
  const id = await addOperator(built.context, 'ana@example.com', 'admin');
  const page = browser(built);
  const answer = await signIn(page, ' ANA@Example.COM ');
  assert.equal(answer.status, 200);
  assert.equal(answer.body.operator.id, id);
  assert.equal(answer.body.operator.role, 'admin');
  assert.deepEqual(Object.keys(answer.body).sort(), ['expiresAt', 'operator', 'token']);
  assert.doesNotMatch(JSON.stringify(answer.body), /argon2|"password"|hash"/i);
  const me = await page.call('/api/auth/me');
  assert.deepEqual([me.status, me.body.operator.email], [200, 'ana@example.com']);
});

test('a wrong password and an unknown e-mail get the same answer, also after many tries', async (t) => {
  const clock = testClock();
  const built = await build(t, { clock });
  await addOperator(built.context, 'ana@example.com');
  const attempt = async (email: string) => {
    clock.advance(1_000);
    const { status, body, headers } = await browser(built).call('/api/auth/login', {
      body: { email, password: 'wrong' },
    });
    return [status, body, headers.get('retry-after'), headers.get('set-cookie')];
  };
  for (let i = 0; i < 7; i += 1) {
    assert.deepEqual(await attempt('ana@example.com'), await attempt('nobody@example.com'), `attempt ${i + 1}`);
  }
});

test('a restart, or another gateway, tells no more: the count of an e-mail that nobody has goes on', async (t) => {
  const clock = testClock();
  let built = await build(t, { clock });
  await addOperator(built.context, 'ana@example.com');
  for (let i = 0; i < 7; i += 1) {
    const answers = [];
    for (const email of ['ana@example.com', 'Nobody@example.com ']) {
      clock.advance(1_000);
      const { status, headers } = await browser(built).call('/api/auth/login', { body: { email, password: 'wrong' } });
      answers.push([status, headers.get('retry-after')]);
    }
    assert.deepEqual(answers[0], answers[1], `attempt ${i + 1}`);
    assert.equal(answers[1]?.[0], i < 5 ? 401 : 429);
    if (i % 2 === 1) built = await built.restart();
  }
  const { unknownSignIns } = built.context.db.tables;
  const kept = await built.context.db.select().from(unknownSignIns);
  assert.deepEqual([kept.length, kept[0]?.failedLogins], [1, 5]);
  assert.doesNotMatch(JSON.stringify(kept), /nobody/i);
  clock.advance(91 * 86_400_000);
  await browser(built).call('/api/auth/login', { body: { email: 'another@example.com', password: 'wrong' } });
  assert.equal(await built.context.db.$count(unknownSignIns), 1, 'and is forgotten after a quarter of a year');
});

test('disabled operators and those without a password cannot sign in, and are told no more than strangers', async (t) => {
  const built = await build(t);
  const { db, clock } = built.context;
  const { operators } = db.tables;
  const disabled = await addOperator(built.context, 'gone@example.com');
  await db.update(operators).set({ disabledAt: clock.now() }).where(eq(operators.id, disabled));
  const desktop = await addOperator(built.context, 'desktop@example.com');
  await db.update(operators).set({ passwordHash: null }).where(eq(operators.id, desktop));
  for (const email of ['gone@example.com', 'desktop@example.com']) {
    const answer = await signIn(browser(built), email);
    assert.deepEqual([answer.status, answer.body.error.code], [401, 'invalid_credentials'], email);
  }
});

test('wrong passwords lock out for longer and longer, and the right one does not get past the lock', async (t) => {
  const clock = testClock();
  const built = await build(t, { clock });
  const id = await addOperator(built.context, 'ana@example.com');
  const page = browser(built);
  const wrong = () => page.call('/api/auth/login', { body: { email: 'ana@example.com', password: 'wrong' } });
  for (let i = 0; i < 5; i += 1) assert.equal((await wrong()).status, 401);
  const locked = await signIn(page, 'ana@example.com');
  assert.deepEqual([locked.status, locked.body.error.code], [429, 'locked_out']);
  assert.equal(locked.headers.get('retry-after'), '30');
  clock.advance(30_000);
  assert.equal((await wrong()).status, 401);
  assert.equal((await wrong()).headers.get('retry-after'), '60', 'twice as long');
  clock.advance(60_000);
  assert.equal((await signIn(page, 'ana@example.com')).status, 200);
  for (let i = 0; i < 4; i += 1) assert.equal((await wrong()).status, 401, 'the count starts anew');
  const audit = await built.api(`/api/admin/audit?target=${id}&action=operator.sign_in_failed`);
  assert.equal(audit.body.total, 10);
});

test('parallel guesses are counted one by one', async (t) => {
  const built = await build(t, { clock: testClock() });
  await addOperator(built.context, 'ana@example.com');
  const guesses = await Promise.all(
    Array.from({ length: 10 }, () =>
      browser(built).call('/api/auth/login', { body: { email: 'ana@example.com', password: 'wrong' } }),
    ),
  );
  assert.equal(guesses.filter(({ status }) => status === 401).length, 5);
  assert.equal(guesses.filter(({ body }) => body.error.code === 'locked_out').length, 5);
});

test('the lock never lasts longer than a quarter of an hour', () => {
  const attempt = nextAttempt({ failedLogins: 1_000, lockedUntil: null }, 0);
  assert.deepEqual(attempt, { kind: 'counted', failedLogins: 1_001, lockedUntil: 900_000 });
});

test('a lock that a wrong clock set ends with that clock', async (t) => {
  const clock = testClock('2036-11-20T12:00:00Z');
  const built = await build(t, { clock });
  await addOperator(built.context, 'ana@example.com');
  const page = browser(built);
  for (let i = 0; i < 5; i += 1)
    await page.call('/api/auth/login', { body: { email: 'ana@example.com', password: 'x' } });
  assert.equal((await signIn(page, 'ana@example.com')).status, 429);
  clock.set('2026-11-20T12:00:00Z');
  assert.equal((await signIn(page, 'ana@example.com')).status, 200);
});

test('one-time codes: enrolled, needed, good once, and off again', async (t) => {
  const clock = testClock();
  const built = await build(t, { clock });
  const id = await addOperator(built.context, 'ana@example.com');
  const page = browser(built);
  await signIn(page, 'ana@example.com');
  const code = (secret: string) => totpCode(secret, clock.now());

  const { body: enrolment } = await page.call('/api/auth/totp/enrol', { method: 'POST' });
  assert.match(enrolment.uri, /^otpauth:\/\/totp\/IA%20Solaris:ana%40example\.com\?/);
  const { secret } = enrolment;
  const confirm = (body: Record<string, unknown>) => page.call('/api/auth/totp/confirm', { body: { secret, ...body } });
  assert.equal((await confirm({ password: 'wrong', code: code(secret) })).body.error.code, 'wrong_password');
  const other = code(secret) === '000000' ? '000001' : '000000';
  assert.equal((await confirm({ password: PASSWORD, code: other })).body.error.code, 'totp_invalid');
  assert.equal((await signIn(browser(built), 'ana@example.com')).status, 200, 'nothing is on before it was confirmed');
  assert.equal((await confirm({ password: PASSWORD, code: code(secret) })).status, 200);

  const { operators } = built.context.db.tables;
  const [row] = await built.context.db.select().from(operators).where(eq(operators.id, id));
  assert.doesNotMatch(JSON.stringify(row), new RegExp(secret), 'the secret is sealed');

  clock.advance(60_000);
  const second = browser(built);
  assert.equal((await signIn(second, 'ana@example.com')).body.error.code, 'totp_required');
  const wrong = code(secret) === '000000' ? '000001' : '000000';
  assert.equal((await signIn(second, 'ana@example.com', { totp: wrong })).body.error.code, 'totp_invalid');
  const good = code(secret);
  assert.equal((await signIn(second, 'ana@example.com', { totp: good })).status, 200);
  assert.equal((await signIn(browser(built), 'ana@example.com', { totp: good })).body.error.code, 'totp_invalid');
  assert.equal((await second.call('/api/auth/me')).body.operator.totp, true);

  clock.advance(60_000);
  const disable = (body: Record<string, unknown>) => second.call('/api/auth/totp/disable', { body });
  assert.equal((await disable({ password: 'wrong', code: code(secret) })).body.error.code, 'wrong_password');
  assert.equal((await disable({ password: PASSWORD, code: code(secret) })).status, 204);
  assert.equal((await signIn(browser(built), 'ana@example.com')).status, 200);
});

test('a code that was used is worth nothing after a restart, or on another gateway', async (t) => {
  const clock = testClock();
  const built = await build(t, { clock });
  await addOperator(built.context, 'ana@example.com');
  const page = browser(built);
  await signIn(page, 'ana@example.com');
  const { secret } = await turnTotpOn(page, clock.now());
  clock.advance(60_000);
  const totp = totpCode(secret, clock.now());
  assert.equal((await signIn(browser(built), 'ana@example.com', { totp })).status, 200);
  const other = await built.restart();
  const again = await signIn(browser(other), 'ana@example.com', { totp });
  assert.deepEqual([again.status, again.body.error.code], [401, 'totp_invalid']);
  clock.advance(30_000);
  const next = totpCode(secret, clock.now());
  assert.equal((await signIn(browser(other), 'ana@example.com', { totp: next })).status, 200);
  clock.set('2026-01-01T00:00:00Z');
  const earlier = totpCode(secret, clock.now());
  assert.equal((await signIn(browser(other), 'ana@example.com', { totp: earlier })).status, 200, 'its clock was wrong');
});

test('a right password with wrong codes locks out too', async (t) => {
  const clock = testClock();
  const built = await build(t, { clock });
  const id = await addOperator(built.context, 'ana@example.com');
  const { db, secrets } = built.context;
  const { operators } = db.tables;
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  await db
    .update(operators)
    .set({ totpSecret: await secrets.seal(secret) })
    .where(eq(operators.id, id));
  const wrong = totpCode(secret, clock.now()) === '000000' ? '000001' : '000000';
  for (let i = 0; i < 5; i += 1) {
    const answer = await signIn(browser(built), 'ana@example.com', { totp: wrong });
    assert.equal(answer.body.error.code, 'totp_invalid');
  }
  const locked = await signIn(browser(built), 'ana@example.com', { totp: totpCode(secret, clock.now()) });
  assert.equal(locked.body.error.code, 'locked_out');
});

test('bad input to signing in is refused with a sentence', async (t) => {
  const built = await build(t);
  for (const body of [
    {},
    { email: 'a@example.com' },
    { email: 1, password: 'x' },
    { email: 'a@example.com', password: 'x', totp: 'abc' },
    { email: 'a@example.com', password: 'x', totp: 'k7pm-2xqd-9r4t-hw3' },
    { email: 'a@example.com', password: 'x', totp: 'k7pm-2xqd-9r4t-hw3çc' },
    { email: 'a@example.com', password: 'x', totp: `k7pm${'-'.repeat(500)}2xqd-9r4t-hw3c` },
    [],
  ]) {
    const answer = await browser(built).call('/api/auth/login', { body });
    assert.deepEqual([answer.status, answer.body.error.code], [400, 'invalid_input'], JSON.stringify(body));
  }
  const huge = await browser(built).call('/api/auth/login', {
    body: { email: 'a@example.com', password: 'x'.repeat(2_000_000) },
  });
  assert.deepEqual([huge.status, huge.body.error.code], [413, 'too_large']);
});
