import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openOwnerSession, resetOwner } from '../../gateway/operators/owner-session.ts';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';
import { addOperator, browser, PASSWORD, signIn } from './people.ts';

/** The owner that `build` makes is in the way of being the last. */
async function onlyOwner(built: Awaited<ReturnType<typeof build>>, email = 'ana@example.com') {
  const id = await addOperator(built.context, email);
  const page = browser(built);
  await signIn(page, email);
  const { body } = await page.call('/api/admin/operators?sort=createdAt');
  for (const other of body.items) {
    if (other.id !== id)
      assert.equal((await page.call(`/api/admin/operators/${other.id}`, { method: 'DELETE' })).status, 204);
  }
  return { id, page };
}

test('an owner makes, changes and removes operators, and each leaves its audit entry', async (t) => {
  const built = await build(t, { clock: testClock() });
  const { page } = await onlyOwner(built);
  const body = { email: 'Bia@Example.com', name: 'Bia', role: 'approver', password: 'a long enough password' };
  const made = await page.call('/api/admin/operators', { body });
  assert.equal(made.status, 201);
  assert.deepEqual([made.body.email, made.body.role, made.body.hasPassword], ['bia@example.com', 'approver', true]);
  assert.equal((await page.call('/api/admin/operators', { body })).body.error.code, 'email_taken');

  const bia = browser(built);
  assert.equal((await signIn(bia, 'bia@example.com', { password: body.password })).status, 200);
  const path = `/api/admin/operators/${made.body.id}`;
  const change = (changes: Record<string, unknown>) => page.call(path, { method: 'PUT', body: changes });
  assert.equal((await change({ role: 'admin' })).body.role, 'admin');
  assert.equal((await bia.call('/api/auth/me')).body.role, 'admin', 'at once, in open sessions too');
  assert.equal((await change({ disabled: true })).status, 200);
  assert.equal((await bia.call('/api/auth/me')).status, 401);
  assert.equal((await change({ disabled: false })).body.disabledAt, null);
  assert.equal((await bia.call('/api/auth/me')).status, 401, 'disabling has ended the session for good');
  assert.equal((await change({ password: 'yet another password' })).status, 200);
  assert.equal((await signIn(bia, 'bia@example.com', { password: 'yet another password' })).status, 200);
  assert.equal((await change({ email: 'ANA@example.com' })).body.error.code, 'email_taken');
  assert.equal((await change({ rol: 'viewer' })).status, 400, 'a misspelt field is no silent success');
  assert.equal((await page.call(path, { method: 'DELETE' })).status, 204);
  assert.equal((await bia.call('/api/auth/me')).status, 401);
  assert.equal((await page.call(path)).status, 404);

  const audit = await page.call(`/api/admin/audit?target=${made.body.id}&sort=at`);
  const actions = audit.body.items.map(({ action }: { action: string }) => action);
  assert.deepEqual(
    actions.filter((action: string) => action !== 'operator.signed_in'),
    ['operator.created', ...Array(4).fill('operator.changed'), 'operator.deleted'],
  );
  assert.doesNotMatch(JSON.stringify(audit.body), /password"?:|argon2/, 'no secret in the log');
});

test('the last owner can neither be removed, nor demoted, nor disabled', async (t) => {
  const built = await build(t, { clock: testClock() });
  const { id, page } = await onlyOwner(built);
  const path = `/api/admin/operators/${id}`;
  for (const init of [
    { method: 'DELETE' },
    { method: 'PUT', body: { role: 'admin' } },
    { method: 'PUT', body: { disabled: true } },
  ]) {
    const answer = await page.call(path, init);
    assert.deepEqual([answer.status, answer.body.error.code], [409, 'last_owner'], JSON.stringify(init));
  }
  const disabledOwner = await addOperator(built.context, 'bia@example.com');
  assert.equal(
    (await page.call(`/api/admin/operators/${disabledOwner}`, { method: 'PUT', body: { disabled: true } })).status,
    200,
  );
  assert.equal((await page.call(path, { method: 'DELETE' })).body.error.code, 'last_owner', 'a disabled owner is none');
  assert.equal((await page.call('/api/auth/me')).body.role, 'owner');
});

test('two owners who demote each other at once leave one', async (t) => {
  const built = await build(t, { clock: testClock() });
  const { id, page } = await onlyOwner(built);
  const otherId = await addOperator(built.context, 'bia@example.com');
  const other = browser(built);
  await signIn(other, 'bia@example.com');
  const answers = await Promise.all([
    page.call(`/api/admin/operators/${otherId}`, { method: 'PUT', body: { role: 'viewer' } }),
    other.call(`/api/admin/operators/${id}`, { method: 'PUT', body: { role: 'viewer' } }),
  ]);
  const done = answers.filter(({ status }) => status === 200);
  assert.equal(done.length, 1, JSON.stringify(answers.map(({ status, body }) => [status, body])));
});

test('API tokens: at most the own role, shown once, revocable, gone with their end', async (t) => {
  const clock = testClock();
  const built = await build(t, { clock });
  await addOperator(built.context, 'ana@example.com', 'admin');
  await addOperator(built.context, 'bia@example.com', 'admin');
  const [page, bia] = [browser(built), browser(built)];
  await signIn(page, 'ana@example.com');
  await signIn(bia, 'bia@example.com');
  const make = (body: Record<string, unknown>) => page.call('/api/admin/tokens', { body: { name: 'script', ...body } });
  assert.equal((await make({ role: 'owner' })).body.error.code, 'forbidden');
  assert.equal((await make({ role: 'viewer', expiresAt: clock.now() })).status, 400);
  const made = await make({ role: 'viewer', expiresAt: clock.now() + 60_000 });
  assert.equal(made.status, 201);
  assert.match(made.body.token, /^ot-sol-/);
  const asScript = () => built.api('/api/auth/me', { headers: { authorization: `Bearer ${made.body.token}` } });
  assert.equal((await asScript()).body.role, 'viewer');

  const listed = await page.call('/api/admin/tokens');
  assert.equal(listed.body.total, 1);
  assert.equal(listed.body.items[0].hint, made.body.token.slice(-4));
  assert.ok(!JSON.stringify(listed.body).includes(made.body.token));
  assert.equal((await bia.call('/api/admin/tokens')).body.total, 0);
  const revoke = (by: typeof bia) => by.call(`/api/admin/tokens/${made.body.id}`, { method: 'DELETE' });
  assert.equal((await revoke(bia)).status, 404);
  assert.equal((await asScript()).status, 200);
  clock.advance(60_000);
  assert.equal((await asScript()).status, 401, 'expired');
  assert.equal((await revoke(page)).status, 204);
  assert.equal((await page.call('/api/admin/tokens')).body.total, 0);
});

test("an owner sees and revokes everybody's tokens", async (t) => {
  const built = await build(t, { clock: testClock() });
  await addOperator(built.context, 'ana@example.com', 'viewer');
  const page = browser(built);
  await signIn(page, 'ana@example.com');
  const made = await page.call('/api/admin/tokens', { body: { name: 'script', role: 'viewer' } });
  const { body } = await built.api('/api/admin/tokens');
  const known = body.items.find(({ id }: { id: string }) => id === made.body.id);
  assert.deepEqual(
    [known?.operator, made.body.operator],
    ['ana@example.com', 'ana@example.com'],
    'it says whose it is',
  );
  const found = (await built.api('/api/admin/tokens?search=ANA@')).body;
  assert.deepEqual([found.total, found.items[0].id], [1, made.body.id], 'and is found by it');
  assert.equal((await built.api(`/api/admin/tokens/${made.body.id}`, { method: 'DELETE' })).status, 204);
  const asScript = await built.api('/api/auth/me', { headers: { authorization: `Bearer ${made.body.token}` } });
  assert.equal(asScript.status, 401);
});

test('the desktop opens an owner session without a password, and makes its owner only once', async (t) => {
  const built = await build(t, { clock: testClock() });
  const { db } = built.context;
  const { operators, apiTokens, operatorSessions } = db.tables;
  await db.delete(apiTokens);
  await db.delete(operators);
  const first = await openOwnerSession(built.context);
  const second = await openOwnerSession(built.context);
  assert.equal(first.operator.id, second.operator.id);
  assert.equal(first.operator.hasPassword, false);
  const me = await built.api('/api/auth/me', { headers: { authorization: `Bearer ${first.token}` } });
  assert.equal(me.body.role, 'owner');
  const rows = await db.select().from(operatorSessions);
  assert.equal(rows.length, 2);
  const login = await browser(built).call('/api/auth/login', {
    body: { email: 'owner@localhost', password: 'anything' },
  });
  assert.equal(login.status, 401);
});

test('somebody who is locked out of everything gets in again from the command line', async (t) => {
  const clock = testClock();
  const built = await build(t, { clock });
  const { page, id } = await onlyOwner(built);
  clock.advance(1);
  await page.call('/api/admin/operators', {
    body: { email: 'bia@example.com', role: 'viewer', password: 'a long enough password' },
  });
  const bia = await resetOwner(built.context, 'bia@example.com', 'a password from the command line', false);
  assert.equal(bia.role, 'owner');
  const ana = await resetOwner(built.context, null, 'another from the command line', false);
  assert.equal(ana.id, id, 'without a name it is the first owner');
  assert.equal((await page.call('/api/auth/me')).status, 401, 'old sessions end');
  assert.equal((await signIn(page, 'ana@example.com')).status, 401);
  assert.equal((await signIn(page, 'ana@example.com', { password: 'another from the command line' })).status, 200);
  const byMistake = resetOwner(built.context, 'anna@example.com', 'a third from the command line', false);
  await assert.rejects(
    byMistake,
    /No operator has the e-mail anna@example\.com\. There are: .*ana@example\.com \(owner\)/,
  );
  assert.equal(await built.context.db.$count(built.context.db.tables.operators), 2);
  const fresh = await resetOwner(built.context, 'new@example.com', 'a third from the command line', true);
  assert.equal(fresh.email, 'new@example.com');
  assert.notEqual(PASSWORD, 'another from the command line');
});
