import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heardFrom } from '../support/heard.ts';
import { office, openHold, settleHold, spendTokens } from './account-kit.ts';

test('two moves with one Idempotency-Key, at once or later, are one effect and one answer', async (t) => {
  const { api, user } = await office(t);
  const { id } = await user('ana@example.com');
  const move = (key: string, amount = 100) =>
    api(`/api/admin/users/${id}/tokens`, { headers: { 'idempotency-key': key }, body: { amount, reason: 'bonus' } });
  const answers = await Promise.all([move('k1'), move('k1'), move('k1')]);
  for (const answer of answers) {
    assert.equal(answer.status, 200);
    assert.equal(answer.body.credits, 100);
  }
  assert.equal((await move('k1')).body.credits, 100);
  assert.equal((await move('k2')).body.credits, 200);
  const mismatch = await move('k1', 999);
  assert.equal(mismatch.status, 422);
  assert.equal(mismatch.body.error.code, 'idempotency_mismatch');
  const ledger = (await api(`/api/admin/users/${id}/ledger`)).body;
  assert.deepEqual(
    ledger.items.map((entry: { creditsDelta: number }) => entry.creditsDelta),
    [100, 100],
  );
  assert.equal((await api('/api/admin/audit?search=user.tokens_moved')).body.total, 2);
});

test('a move whose record was lost with the process is completed by the same call, not made twice', async (t) => {
  const { api, user, context } = await office(t);
  const { id } = await user('ana@example.com');
  const { write } = context.audit;
  const audit = context.audit as { write: typeof write };
  const init = { headers: { 'idempotency-key': 'k1' }, body: { amount: 100, reason: 'bonus' } };
  audit.write = async () => {
    throw new Error('the process died here');
  };
  assert.equal((await api(`/api/admin/users/${id}/tokens`, init)).status, 500);
  audit.write = write;
  const answer = await api(`/api/admin/users/${id}/tokens`, init);
  assert.equal(answer.status, 200);
  assert.equal(answer.body.credits, 100);
  assert.equal((await api(`/api/admin/users/${id}/ledger`)).body.total, 1);
  assert.equal((await api('/api/admin/audit?search=user.tokens_moved')).body.total, 1);
});

test('taking credits leaves what open requests reserve', async (t) => {
  const { api, user, context } = await office(t);
  const { id } = await user('ana@example.com', { monthlyLimit: 100, credits: 500 });
  const take = (amount: number) => api(`/api/admin/users/${id}/tokens`, { body: { amount, reason: 'too much' } });
  const usageId = await openHold(context, { userId: id, tokens: 400 });
  const refused = await take(-201);
  assert.equal(refused.status, 409);
  assert.equal(refused.body.error.code, 'insufficient_credits');
  assert.equal(refused.body.error.field, 'amount');
  assert.equal((await take(-200)).body.credits, 300);
  await settleHold(context, usageId, { userId: id, tokens: 400 });
  const settled = (await api(`/api/admin/users/${id}`)).body;
  assert.deepEqual([settled.used, settled.credits, settled.held, settled.available], [400, 0, 0, 0]);
  assert.equal(settled.usagePercent, 100);
});

test('moves of tokens are checked, and the field at fault is named', async (t) => {
  const { api, user } = await office(t);
  const { id } = await user('ana@example.com', { credits: 50 });
  const cases: [body: unknown, status: number, field: string][] = [
    [{ reason: 'x' }, 400, 'amount'],
    [{ amount: 0, reason: 'x' }, 400, 'amount'],
    [{ amount: 1.5, reason: 'x' }, 400, 'amount'],
    [{ amount: '5', reason: 'x' }, 400, 'amount'],
    [{ amount: 1e300, reason: 'x' }, 400, 'amount'],
    [{ amount: 5 }, 400, 'reason'],
    [{ amount: 5, reason: '  ' }, 400, 'reason'],
    [{ amount: 5, reason: 'x', kind: 'debit' }, 400, 'kind'],
    [{ amount: -5, reason: 'x', kind: 'bonus' }, 400, 'kind'],
    [{ amount: -51, reason: 'x' }, 409, 'amount'],
  ];
  for (const [body, status, field] of cases) {
    const answer = await api(`/api/admin/users/${id}/tokens`, { body });
    assert.equal(answer.status, status, JSON.stringify(body));
    assert.equal(answer.body.error.field, field, JSON.stringify(body));
  }
  assert.equal((await api('/api/admin/users/usr_nobody/tokens', { body: { amount: 1, reason: 'x' } })).status, 404);
  assert.equal((await api(`/api/admin/users/${id}`)).body.credits, 50);
  const badKey = { headers: { 'idempotency-key': 'a b' }, body: { amount: 1, reason: 'x' } };
  assert.equal((await api(`/api/admin/users/${id}/tokens`, badKey)).body.error.field, 'idempotency-key');
});

test('kinds of moves are kept in the ledger; taking away is an adjustment', async (t) => {
  const { api, user } = await office(t);
  const { id } = await user('ana@example.com');
  for (const kind of ['grant', 'purchase', 'bonus', 'compensation', 'adjustment', undefined]) {
    assert.equal((await api(`/api/admin/users/${id}/tokens`, { body: { amount: 10, reason: 'x', kind } })).status, 200);
  }
  await api(`/api/admin/users/${id}/tokens`, { body: { amount: -10, reason: 'x' } });
  const { items } = (await api(`/api/admin/users/${id}/ledger`)).body;
  const kinds = items.map((entry: { kind: string }) => entry.kind).sort();
  assert.deepEqual(kinds, ['adjustment', 'adjustment', 'bonus', 'compensation', 'grant', 'grant', 'purchase']);
});

test('a suspension until a day lasts to the end of that day in the reporting zone', async (t) => {
  const { api, user, clock } = await office(t, { flags: { timeZone: 'America/Sao_Paulo' } });
  const { id } = await user('ana@example.com');
  const today = new Date(clock.now() - 3 * 3_600_000).toISOString().slice(0, 10);
  const suspend = (until: string) => api(`/api/admin/users/${id}/suspend`, { body: { reason: 'leave', until } });
  assert.equal((await suspend('2020-01-31')).body.error.field, 'until');
  assert.equal((await suspend(today)).body.status, 'suspended');
  const { suspendedUntil } = (await api(`/api/admin/users/${id}/profile`)).body;
  assert.equal(suspendedUntil, Date.parse(`${today}T23:59:59.999-03:00`));
  const many = { ids: [id], action: { kind: 'suspend', until: '2020-01-31' }, reason: 'x' };
  assert.equal(
    (await api('/api/admin/users/bulk', { body: { ...many, preview: true } })).body.error.field,
    'action.until',
  );
});

test('a suspension ends by itself: the user reads as active from then on', async (t) => {
  const { api, user, clock } = await office(t);
  const { id } = await user('ana@example.com');
  const until = clock.now() + 3_600_000;
  const suspend = (body: unknown) => api(`/api/admin/users/${id}/suspend`, { body });
  assert.equal((await suspend({})).body.error.field, 'reason');
  assert.equal((await suspend({ reason: 'x', until: clock.now() })).body.error.field, 'until');
  assert.equal((await suspend({ reason: 'x', until: 'tomorrow' })).body.error.field, 'until');
  assert.equal((await suspend({ reason: 'odd traffic', until })).body.status, 'suspended');
  assert.equal((await api('/api/admin/users?status=suspended')).body.total, 1);
  const profile = (await api(`/api/admin/users/${id}/profile`)).body;
  assert.equal(profile.statusReason, 'odd traffic');
  assert.equal(profile.suspendedUntil, until);

  clock.set(until);
  assert.equal((await api(`/api/admin/users/${id}`)).body.status, 'active');
  assert.equal((await api('/api/admin/users?status=suspended')).body.total, 0);
  assert.equal((await api('/api/admin/users?status=active')).body.total, 1);
  assert.deepEqual((await api('/api/admin/stats')).body.users, {
    total: 1,
    active: 1,
    pending: 0,
    suspended: 0,
    blocked: 0,
    deleted: 0,
  });
});

test('blocking and activating change the status, are audited with their reason, and tell the caches', async (t) => {
  const { api, user, context } = await office(t);
  const { id } = await user('ana@example.com');
  const events = heardFrom(context);
  assert.equal((await api(`/api/admin/users/${id}/block`, { body: { reason: 'left' } })).body.status, 'blocked');
  assert.equal((await api(`/api/admin/users/${id}/activate`, { method: 'POST' })).body.status, 'active');
  assert.equal((await api(`/api/admin/users/${id}/activate`, { method: 'POST' })).body.status, 'active');
  assert.equal(events.length, 3);
  assert.deepEqual(events[0], { kind: 'user_changed', userId: id });
  const { items } = (await api(`/api/admin/audit?target=${id}`)).body;
  const acts = items.filter((entry: { targetId: string }) => entry.targetId === id);
  assert.deepEqual(
    acts.map((entry: { action: string }) => entry.action),
    ['user.activated', 'user.blocked', 'user.created'],
  );
  assert.deepEqual(acts[1].details, { from: 'active', to: 'blocked' });
  assert.deepEqual(acts[1].personal, { reason: 'left' });
});

test('the use of a period is set back once, with an entry that says by whom and why', async (t) => {
  const { api, user, context } = await office(t);
  const { id } = await user('ana@example.com');
  await spendTokens(context, { userId: id, tokens: 700 });
  assert.equal((await api(`/api/admin/users/${id}/reset-usage`, { body: {} })).body.error.field, 'reason');
  const init = { headers: { 'idempotency-key': 'r1' }, body: { reason: 'our fault' } };
  const [first, second] = await Promise.all([
    api(`/api/admin/users/${id}/reset-usage`, init),
    api(`/api/admin/users/${id}/reset-usage`, init),
  ]);
  assert.equal(first.status, 200);
  assert.deepEqual(first.body, second.body);
  assert.deepEqual([first.body.used, first.body.available], [0, 1_000_000]);
  const { items } = (await api(`/api/admin/users/${id}/ledger?kind=reset`)).body;
  assert.equal(items.length, 1);
  assert.equal(items[0].monthlyDelta, -700);
  assert.equal(items[0].reason, 'our fault');
  assert.ok(items[0].operatorId);
});

test('an end that no calendar has is refused, wherever an instant is given', async (t) => {
  const { api, user } = await office(t);
  const { id } = await user('ana@example.com');
  const last = 253_402_300_799_999;
  const suspend = (until: unknown) => api(`/api/admin/users/${id}/suspend`, { body: { reason: 'x', until } });
  for (const until of [last + 1, Number.MAX_SAFE_INTEGER, -1, '9999-12-31T23:59:59-12:00']) {
    const { status, body } = await suspend(until);
    assert.deepEqual([status, body.error.field], [400, 'until'], String(until));
  }
  assert.equal((await suspend(last)).body.status, 'suspended');
  const token = (expiresAt: number) => api('/api/admin/tokens', { body: { name: 'x', role: 'viewer', expiresAt } });
  assert.equal((await token(last + 1)).body.error.field, 'expiresAt');
  for (const path of ['/api/admin/audit', '/api/admin/audit/export'])
    for (const side of ['from', 'to']) {
      const { status, body } = await api(`${path}?${side}=${last + 1}`);
      assert.deepEqual([status, body.error?.field], [400, side], path);
    }
});
