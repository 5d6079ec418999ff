/** Codes that let an operator in when the phone is lost: each once, and no longer than one-time codes are on. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eq } from 'drizzle-orm';
import { resetOwner } from '../../gateway/operators/owner-session.ts';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';
import { addOperator, browser, PASSWORD, signIn, totpCode, turnTotpOn } from './people.ts';

const ANA = 'ana@example.com';

/** Somebody who has one-time codes on, signed in at `page`. */
async function withCodes(t: TestContext) {
  const clock = testClock();
  const built = await build(t, { clock });
  const { db } = built.context;
  const id = await addOperator(built.context, ANA);
  const page = browser(built);
  await signIn(page, ANA);
  const { secret, codes } = await turnTotpOn(page, clock.now());
  const [code = '', ...others] = codes;
  return {
    ...built,
    clock,
    id,
    page,
    codes,
    code,
    others,
    /** What the app shows now, which nobody has used yet. */
    fresh() {
      clock.advance(60_000);
      return totpCode(secret, clock.now());
    },
    /** Tries to sign in from elsewhere. */
    tryWith: (totp: string | undefined, extra: Record<string, unknown> = {}) =>
      signIn(browser(built), ANA, { totp, ...extra }),
    left: async () => (await page.call('/api/auth/me')).body.recoveryCodesLeft,
    stored: () =>
      db.select().from(db.tables.operatorRecoveryCodes).where(eq(db.tables.operatorRecoveryCodes.operatorId, id)),
    acts: async (action: string) => (await built.api(`/api/admin/audit?target=${id}&action=${action}`)).body,
  };
}

test('turning one-time codes on answers with ten recovery codes, and nothing tells them again', async (t) => {
  const { page, codes, left, stored, api } = await withCodes(t);
  assert.equal(new Set(codes).size, 10);
  for (const code of codes) assert.match(code, /^(?:[a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/);
  assert.equal(await left(), 10);
  const rows = await stored();
  assert.equal(rows.length, 10);
  for (const { hash } of rows) assert.match(hash, /^[0-9a-f]{64}$/);
  const me = (await page.call('/api/auth/me')).body;
  const audit = (await api('/api/admin/audit?limit=200')).body;
  const told = JSON.stringify([rows, me, audit]);
  for (const code of codes) {
    assert.ok(!told.includes(code) && !told.includes(code.replaceAll('-', '')), 'only hashes of them are kept');
  }
});

test('a recovery code signs in once, in any spelling, and says how many are left', async (t) => {
  const { codes, tryWith, left, clock } = await withCodes(t);
  const [first = '', second = '', third = ''] = codes;
  const spellings = [
    [first, first],
    [second.toUpperCase().replaceAll('-', ' '), second],
    [`  ${third.replaceAll('-', '')}\n`, third.replaceAll('-', '‑')],
  ] as const;
  for (const [index, [typed, again]] of spellings.entries()) {
    const answer = await tryWith(typed);
    assert.deepEqual([answer.status, answer.body.recoveryCodesLeft], [200, 9 - index], typed);
    clock.advance(60_000);
    const { status, body } = await tryWith(again);
    assert.deepEqual([status, body.error.code, body.error.field], [401, 'totp_invalid', 'totp'], `${typed}, again`);
    assert.match(body.error.message, /^The recovery code is wrong or was used before\./);
  }
  assert.equal(await left(), 7);
});

test('a code of the app signs in as before, uses no recovery code up and says nothing of them', async (t) => {
  const { fresh, tryWith, left } = await withCodes(t);
  const answer = await tryWith(fresh());
  assert.equal(answer.status, 200);
  assert.ok(!('recoveryCodesLeft' in answer.body));
  assert.equal(await left(), 10);
});

test('of sign-ins at the same moment with the same recovery code, one gets in', async (t) => {
  const { code, tryWith, left, acts } = await withCodes(t);
  const answers = await Promise.all([1, 2, 3, 4].map(() => tryWith(code)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401, 401, 401]);
  assert.equal(await left(), 9);
  assert.equal((await acts('operator.recovery_code_used')).total, 1);
});

test('wrong recovery codes lock out as wrong one-time codes do, and a right one does not get past the lock', async (t) => {
  const { code, tryWith, left, acts, clock } = await withCodes(t);
  for (let i = 0; i < 5; i += 1) {
    assert.equal((await tryWith('aaaa-bbbb-cccc-dddd')).body.error.code, 'totp_invalid');
  }
  const locked = await tryWith(code);
  assert.deepEqual([locked.status, locked.body.error.code], [429, 'locked_out']);
  assert.equal(locked.headers.get('retry-after'), '30');
  assert.equal((await acts('operator.sign_in_failed')).total, 5);
  assert.equal(await left(), 10);
  clock.advance(30_000);
  assert.equal((await tryWith(code)).status, 200);
});

test('a recovery code is no password, and is not lost beside a wrong one', async (t) => {
  const { code, others, tryWith, left } = await withCodes(t);
  for (const password of ['wrong', code, others[0]]) {
    assert.equal((await tryWith(code, { password })).body.error.code, 'invalid_credentials');
  }
  assert.equal((await tryWith(undefined)).body.error.code, 'totp_required');
  assert.equal(await left(), 10);
});

test("nobody gets in with another's recovery codes, nor where one-time codes are off", async (t) => {
  const { code, left, ...built } = await withCodes(t);
  await addOperator(built.context, 'bia@example.com');
  const bia = browser(built);
  assert.equal(
    (await signIn(bia, 'bia@example.com', { totp: code })).status,
    200,
    'hers are off: the password will do',
  );
  assert.equal((await bia.call('/api/auth/me')).body.recoveryCodesLeft, null);
  await turnTotpOn(bia, built.clock.now());
  const answer = await signIn(browser(built), 'bia@example.com', { totp: code });
  assert.equal(answer.body.error.code, 'totp_invalid');
  assert.equal(await left(), 10);
});

test('new recovery codes need password and code; those from before end', async (t) => {
  const { page, code, others, fresh, tryWith, left, acts } = await withCodes(t);
  const renew = (body: Record<string, unknown>) => page.call('/api/auth/totp/recovery-codes', { body });
  const refused = async (body: Record<string, unknown>) => {
    const { status, body: answer } = await renew(body);
    return [status, answer.error.code, answer.error.field];
  };
  assert.deepEqual(await refused({ password: 'wrong', code: fresh() }), [403, 'wrong_password', 'password']);
  assert.deepEqual(await refused({ code: fresh() }), [403, 'wrong_password', 'password']);
  assert.deepEqual(await refused({ password: PASSWORD, code: 'aaaabbbbccccdddd' }), [403, 'totp_invalid', 'code']);
  assert.deepEqual(await refused({ password: PASSWORD }), [400, 'invalid_input', 'code']);
  assert.equal((await acts('operator.sign_in_failed')).total, 3, 'what is wrong counts as when signing in');
  assert.equal(await left(), 10);

  const made = await renew({ password: PASSWORD, code: fresh() });
  assert.deepEqual([made.status, made.body.recoveryCodes.length], [200, 10]);
  assert.equal(await left(), 10);
  assert.equal((await tryWith(code)).body.error.code, 'totp_invalid', 'one from before has ended');
  assert.equal((await tryWith(made.body.recoveryCodes[0])).status, 200);

  const again = await renew({ password: PASSWORD, code: made.body.recoveryCodes[1] });
  assert.equal(again.status, 200, 'also without the phone');
  assert.equal((await tryWith(made.body.recoveryCodes[2])).body.error.code, 'totp_invalid');
  const { items } = await acts('operator.recovery_codes_renewed');
  const ended = items.map(({ details }: { details: { ended: number } }) => details.ended);
  assert.deepEqual(ended.sort(), [10, 8]);
  const told = JSON.stringify(items);
  for (const secret of [code, ...others, ...made.body.recoveryCodes]) assert.ok(!told.includes(secret));
});

test('whoever has lost the phone turns one-time codes off with a recovery code, and the rest end', async (t) => {
  const { page, code, others, tryWith, left, stored } = await withCodes(t);
  const disable = (totp: string) => page.call('/api/auth/totp/disable', { body: { password: PASSWORD, code: totp } });
  assert.equal((await tryWith(code)).status, 200);
  assert.equal((await disable(code)).body.error.code, 'totp_invalid', 'one that has signed in is used up');
  assert.equal((await disable(others[0] ?? '')).status, 204);
  assert.deepEqual([await left(), await stored()], [null, []]);
  assert.equal((await tryWith(undefined)).status, 200);
  const renew = { password: PASSWORD, code: others[1] };
  assert.equal((await page.call('/api/auth/totp/recovery-codes', { body: renew })).body.error.code, 'totp_off');
});

test('setting the app up anew ends the recovery codes of the one before', async (t) => {
  const { page, code, clock, tryWith, left } = await withCodes(t);
  clock.advance(60_000);
  const { codes } = await turnTotpOn(page, clock.now());
  assert.equal(await left(), 10);
  assert.equal((await tryWith(code)).body.error.code, 'totp_invalid');
  assert.equal((await tryWith(codes[0])).status, 200);
});

test('recovery codes go when an owner or the command line turns one-time codes off, or removes the operator', async (t) => {
  const { id, page, clock, stored, tryWith, ...built } = await withCodes(t);
  await addOperator(built.context, 'root@example.com');
  const owner = browser(built);
  await signIn(owner, 'root@example.com');
  const own = `/api/admin/operators/${id}`;
  const again = async () => {
    clock.advance(60_000);
    await signIn(page, ANA);
    await turnTotpOn(page, clock.now());
    assert.equal((await stored()).length, 10);
  };
  assert.equal((await owner.call(`${own}/totp`, { method: 'DELETE' })).status, 204);
  assert.deepEqual(await stored(), []);
  assert.equal((await tryWith(undefined)).status, 200);

  await again();
  await resetOwner(built.context, ANA, PASSWORD, false);
  assert.deepEqual(await stored(), []);

  await again();
  assert.equal((await owner.call(own, { method: 'DELETE' })).status, 204);
  assert.deepEqual(await stored(), []);
});

test('the audit log tells who used a recovery code and how many are left, and not the code', async (t) => {
  const { id, code, tryWith, acts } = await withCodes(t);
  await tryWith(code);
  const { items, total } = await acts('operator.recovery_code_used');
  assert.equal(total, 1);
  assert.deepEqual([items[0].actorKind, items[0].actorId, items[0].details], ['operator', id, { left: 9 }]);
  assert.ok(!JSON.stringify(items).includes(code));
});

test('whoever turned one-time codes on before there were recovery codes has none, and can make them', async (t) => {
  const { id, page, fresh, context, left } = await withCodes(t);
  const { operatorRecoveryCodes } = context.db.tables;
  await context.db.delete(operatorRecoveryCodes).where(eq(operatorRecoveryCodes.operatorId, id));
  assert.equal(await left(), 0);
  const body = { password: PASSWORD, code: fresh() };
  assert.equal((await page.call('/api/auth/totp/recovery-codes', { body })).status, 200);
  assert.equal(await left(), 10);
});
