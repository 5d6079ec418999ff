import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import { finishErasures } from '../../gateway/accounts/erase.ts';
import { office, openHold, settleHold, spendTokens } from './account-kit.ts';

test('deleting a user cuts and settles first, then erases the person and keeps the numbers', async (t) => {
  const { api, user, context } = await office(t);
  const { db } = context;
  await api('/api/admin/departments', { body: { id: 'sales', name: 'Sales' } });
  const { id } = await user('ana@example.com', { name: 'Ana', plan: 'pro', department: 'sales', credits: 10 });
  const { body: key } = await api('/api/admin/keys', { body: { kind: 'personal', name: "Ana's laptop", userId: id } });
  await spendTokens(context, { userId: id, tokens: 300, outcome: 'upstream_error' });
  const open = await openHold(context, { userId: id, tokens: 200 });
  const order: string[] = [];
  context.events.onAny(async (event) => {
    if (event.kind !== 'user_cancelled' || event.userId !== id) return;
    const [row] = await db.select().from(db.tables.users);
    order.push(`cancelled while ${row?.status} and ${row?.email}`);
    await settleHold(context, open, { userId: id, tokens: 150 });
  });

  assert.equal((await api(`/api/admin/users/${id}?reason=asked`, { method: 'DELETE' })).status, 204);
  assert.deepEqual(order, ['cancelled while deleted and ana@example.com']);

  const tombstone = (await api(`/api/admin/users/${id}`)).body;
  const { email, name, status, used, held, department } = tombstone;
  assert.deepEqual(
    { email, name, status, used, held, department },
    { email: null, name: '', status: 'deleted', used: 450, held: 0, department: null },
  );
  const usage = (await api(`/api/admin/users/${id}/usage`)).body;
  assert.equal(usage.total, 2);
  for (const record of usage.items) {
    assert.deepEqual([record.ipAddress, record.userAgent, record.errorMessage], [null, null, null]);
  }
  const keyNow = (await api(`/api/admin/keys/${key.key.id}`)).body;
  assert.notEqual(keyNow.revokedAt, null);
  assert.equal(keyNow.name, '');

  assert.equal((await api('/api/admin/users')).body.total, 0);
  assert.equal((await api('/api/admin/users?status=deleted')).body.total, 1);
  for (const path of ['/api/admin/audit', '/api/admin/ledger', '/api/admin/usage', '/api/admin/users?status=deleted']) {
    const text = JSON.stringify((await api(path)).body);
    assert.ok(!/ana@example|"Ana|laptop/.test(text), path);
  }
  const [deletion] = (await api('/api/admin/audit')).body.items;
  assert.equal(deletion.action, 'user.deleted');
  assert.deepEqual(deletion.details.revokedKeys, [key.key.id]);
});

test('a deleted user cannot be changed, and the e-mail is free again', async (t) => {
  const { api, user } = await office(t);
  const { id } = await user('ana@example.com');
  await api(`/api/admin/users/${id}`, { method: 'DELETE' });
  assert.equal((await api(`/api/admin/users/${id}`, { method: 'DELETE' })).status, 204);
  for (const [path, body] of [
    ['/tokens', { amount: 5, reason: 'x' }],
    ['/activate', undefined],
    ['/suspend', { reason: 'x' }],
    ['/reset-usage', { reason: 'x' }],
  ] as const) {
    const answer = await api(`/api/admin/users/${id}${path}`, { method: 'POST', body });
    assert.equal(answer.status, 409, path);
    assert.equal(answer.body.error.code, 'user_deleted');
  }
  assert.equal((await api(`/api/admin/users/${id}`, { method: 'PUT', body: { name: 'x' } })).status, 409);
  assert.notEqual((await user('ana@example.com')).id, id);
  assert.equal((await api('/api/admin/users/usr_nobody', { method: 'DELETE' })).status, 404);
});

test('a deletion that a crash interrupted is completed', async (t) => {
  const { api, user, context } = await office(t);
  const { id } = await user('ana@example.com', { name: 'Ana' });
  await spendTokens(context, { userId: id, tokens: 10 });
  const { tx } = context.db;
  const db = context.db as { tx: typeof tx };
  const { users } = context.db.tables;
  // After the first step; what the gateway does by itself meanwhile is no step of it.
  db.tx = async (work) => {
    const [row] = await context.db.select().from(users).where(eq(users.id, id));
    if (row?.status === 'deleted') throw new Error('the process died here');
    return tx.call(context.db, work) as never;
  };
  assert.equal((await api(`/api/admin/users/${id}`, { method: 'DELETE' })).status, 500);
  db.tx = tx;
  assert.equal((await api(`/api/admin/users/${id}`)).body.email, 'ana@example.com');
  await finishErasures(context);
  const { email, name, status } = (await api(`/api/admin/users/${id}`)).body;
  assert.deepEqual({ email, name, status }, { email: null, name: '', status: 'deleted' });
});

test('a user can take all that is kept about them along, and that is audited', async (t) => {
  const { api, user, context } = await office(t);
  const { id } = await user('ana@example.com', { name: 'Ana', credits: 10 });
  await user('bob@example.com');
  await api('/api/admin/keys', { body: { kind: 'personal', name: 'laptop', userId: id } });
  for (let index = 0; index < 3; index++) await spendTokens(context, { userId: id, tokens: 100 });
  const answer = await api(`/api/admin/users/${id}/export`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-disposition') ?? '', /attachment/);
  const { user: person, usage, ledger, keys, days, audit, refusals } = answer.body;
  assert.equal(person.email, 'ana@example.com');
  assert.equal(usage.length, 3);
  assert.equal(usage[0].ipAddress, '192.0.2.7');
  assert.equal(ledger.length, 4);
  assert.equal(days[0].chargedTokens, 300);
  assert.equal(keys.length, 1);
  assert.ok(audit.length >= 2);
  assert.deepEqual(refusals, []);
  const text = JSON.stringify(answer.body);
  assert.ok(!text.includes('bob@example.com'));
  assert.ok(!text.includes('"hash"'));
  assert.equal((await api('/api/admin/audit')).body.items[0].action, 'user.exported');
});

test('the start completes deletions, too', async (t) => {
  const { api, user, context, restart } = await office(t);
  const { id } = await user('ana@example.com', { name: 'Ana' });
  const { users } = context.db.tables;
  const at = context.clock.now();
  await context.db.update(users).set({ status: 'deleted', deletedAt: at, updatedAt: at });
  assert.equal((await api(`/api/admin/users/${id}`)).body.name, 'Ana');
  const again = await restart();
  assert.deepEqual((await again.api(`/api/admin/users/${id}`)).body.email, null);
});

test('stored answers that tell of a deleted user are emptied, and what was called stays done', async (t) => {
  const { api, user, context } = await office(t);
  const { id } = await user('ana@example.com', { name: 'Ana' });
  const bob = await user('bob@example.com', { name: 'Bob' });
  const keyed = ([key, path, body]: readonly [string, string, unknown]) =>
    api(path, { headers: { 'idempotency-key': key }, body });
  const calls: readonly (readonly [string, string, unknown])[] = [
    ['k1', `/api/admin/users/${id}/tokens`, { amount: 5, reason: 'x' }],
    ['k2', '/api/admin/users/import', { csv: 'email;name\nana@example.com;Ana B', reason: 'x' }],
    ['k3', `/api/admin/users/${bob.id}/tokens`, { amount: 5, reason: 'x' }],
    ['k4', '/api/admin/users/bulk', { ids: [id, bob.id], action: { kind: 'plan', plan: 'pro' }, reason: 'x' }],
  ];
  const before: Awaited<ReturnType<typeof keyed>>[] = [];
  for (const call of calls) before.push(await keyed(call));
  assert.deepEqual(
    before.map(({ status }) => status),
    [200, 200, 200, 200],
    JSON.stringify(before.map(({ body }) => body)),
  );
  assert.equal((await api(`/api/admin/users/${id}`, { method: 'DELETE' })).status, 204);
  const { db } = context;
  const stored = JSON.stringify(await db.select().from(db.tables.idempotencyKeys));
  assert.doesNotMatch(stored, /ana@|Ana/);
  const [moved, , other, bulk] = await Promise.all(calls.map(keyed));
  assert.deepEqual([moved?.status, moved?.body.error.code], [409, 'answer_erased']);
  assert.deepEqual(other?.body, before[2]?.body, 'whoever was not deleted is still told of');
  assert.deepEqual([bulk?.status, bulk?.body.changes[0].name, bulk?.body.changes[1].name], [200, '', 'Bob']);
  assert.equal((await api(`/api/admin/users/${id}/ledger`)).body.total, 1, 'nothing is done again');
});
