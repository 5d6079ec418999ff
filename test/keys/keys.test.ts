import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashKey } from '../../gateway/keys/key-hash.ts';
import { findKeyByHash } from '../../gateway/keys/queries.ts';
import { office } from '../accounts/account-kit.ts';

test('a key is shown once, kept as a hash, listed masked, and found until it is revoked', async (t) => {
  const { api, context } = await office(t);
  const events: string[] = [];
  context.events.onAny(({ kind }) => void events.push(kind));
  const made = await api('/api/admin/keys', { body: { name: 'librechat', newUsersPerHour: 5 } });
  assert.equal(made.status, 201);
  const { key, secret } = made.body;
  assert.match(secret, /^sk-sol-[\w-]{43}$/);
  assert.equal(made.headers.get('cache-control'), 'no-store');
  assert.equal(key.masked, `sk-sol-…${secret.slice(-4)}`);
  assert.equal((await findKeyByHash(context.db, hashKey(secret)))?.id, key.id);
  assert.equal(await findKeyByHash(context.db, hashKey(`${secret}x`)), null);

  for (const path of ['/api/admin/keys', `/api/admin/keys/${key.id}`, '/api/admin/audit']) {
    const text = JSON.stringify((await api(path)).body);
    assert.ok(!text.includes(secret), path);
    assert.ok(!text.includes(secret.slice(7, -4)), path);
    assert.ok(!text.includes(hashKey(secret)), path);
  }
  assert.ok(!JSON.stringify(await context.db.select().from(context.db.tables.idempotencyKeys)).includes(secret));

  assert.equal((await api(`/api/admin/keys/${key.id}?reason=leaked`, { method: 'DELETE' })).status, 204);
  assert.equal(await findKeyByHash(context.db, hashKey(secret)), null);
  assert.equal((await api('/api/admin/keys?revoked=true')).body.total, 1);
  assert.equal((await api(`/api/admin/keys/${key.id}`, { method: 'PUT', body: { name: 'x' } })).status, 409);
  assert.equal((await api(`/api/admin/keys/${key.id}`, { method: 'DELETE' })).status, 204);
  assert.equal((await api('/api/admin/audit?search=key.revoked')).body.total, 1);
  assert.ok(events.filter((kind) => kind === 'keys_changed').length >= 2);
});

test('a personal key belongs to its user', async (t) => {
  const { api, user } = await office(t);
  const { id } = await user('ana@example.com');
  const { key, secret } = (await api('/api/admin/keys', { body: { kind: 'personal', name: 'laptop', userId: id } }))
    .body;
  assert.match(secret, /^pk-sol-/);
  assert.deepEqual([key.kind, key.userId], ['personal', id]);
  assert.deepEqual(
    (await api(`/api/admin/keys?user=${id}&kind=personal`)).body.items.map((item: { id: string }) => item.id),
    [key.id],
  );
  await api('/api/admin/keys', { body: { name: 'librechat' } });
  const owners = async () =>
    Object.fromEntries(
      (await api('/api/admin/keys')).body.items.map((item: { name: string; userName: string | null }) => [
        item.name,
        item.userName,
      ]),
    );
  assert.deepEqual(await owners(), { laptop: 'ana', librechat: null, test: null });
  await api(`/api/admin/users/${id}`, { method: 'PUT', body: { name: 'Ana Lima' } });
  assert.deepEqual(await owners(), { laptop: 'Ana Lima', librechat: null, test: null });
});

test('the headers that name the user can be set for each key', async (t) => {
  const { api } = await office(t);
  const { key } = (await api('/api/admin/keys', { body: { name: 'open-webui' } })).body;
  assert.equal(key.headers, null);
  const headers = { email: ['X-OpenWebUI-User-Email'], id: [], name: [] };
  const changed = await api(`/api/admin/keys/${key.id}`, { method: 'PUT', body: { headers } });
  assert.deepEqual(changed.body.headers, { email: ['x-openwebui-user-email'], id: [], name: [] });
});

test('bad keys are refused, and the field at fault is named', async (t) => {
  const { api, user } = await office(t);
  const { id } = await user('ana@example.com');
  const headers = { email: [], id: [], name: [] };
  for (const [body, status, field] of [
    [{}, 400, 'name'],
    [{ name: 'x', kind: 'master' }, 400, 'kind'],
    [{ name: 'x', kind: 'personal' }, 400, 'userId'],
    [{ name: 'x', kind: 'personal', userId: 'usr_nobody' }, 404, 'userId'],
    [{ name: 'x', kind: 'personal', userId: id, headers }, 400, 'headers'],
    [{ name: 'x', userId: id }, 400, 'userId'],
    [{ name: 'x', headers: { ...headers, email: ['a b'] } }, 400, 'headers.email.0'],
    [{ name: 'x', headers: { ...headers, id: ['Authorization'] } }, 400, 'headers.id.0'],
    [{ name: 'x', newUsersPerHour: -1 }, 400, 'newUsersPerHour'],
    [{ name: 'x', secret: 'sk-sol-mine' }, 400, undefined],
  ] as const) {
    const answer = await api('/api/admin/keys', { body });
    assert.equal(answer.status, status, JSON.stringify(body));
    assert.equal(answer.body.error.field, field, JSON.stringify(answer.body));
  }
  // The one that the test's own gateway has.
  assert.equal((await api('/api/admin/keys')).body.total, 1);
});

test('keys and upstreams are for administrators', async (t) => {
  const { api, operator } = await office(t);
  const { token } = await operator('approver');
  for (const path of ['/api/admin/keys', '/api/admin/upstreams', '/api/admin/settings']) {
    assert.equal((await api(path, { headers: { authorization: `Bearer ${token}` } })).status, 403, path);
  }
});

test('what names no user is charged to a service account, never to a person', async (t) => {
  const { api, user } = await office(t);
  const ana = await user('ana@example.com');
  const bot = (await api('/api/admin/users', { body: { kind: 'service', name: 'Pictures', reason: 'test' } })).body;
  const { key } = (await api('/api/admin/keys', { body: { name: 'librechat' } })).body;
  assert.equal(key.unnamedUserId, null);
  const put = (id: string, unnamedUserId: string | null) =>
    api(`/api/admin/keys/${id}`, { method: 'PUT', body: { unnamedUserId } });
  for (const [id, status] of [
    [ana.id, 400],
    ['usr_nobody', 404],
  ] as const) {
    assert.equal((await put(key.id, id)).status, status, id);
    assert.equal((await api('/api/admin/keys', { body: { name: 'x', unnamedUserId: id } })).status, status, id);
  }
  assert.equal((await put(key.id, ana.id)).body.error.field, 'unnamedUserId');
  assert.equal((await put(key.id, bot.id)).body.unnamedUserId, bot.id);
  assert.equal((await put(key.id, null)).body.unnamedUserId, null);
  const personal = { kind: 'personal', name: 'laptop', userId: ana.id };
  const refused = await api('/api/admin/keys', { body: { ...personal, unnamedUserId: bot.id } });
  assert.equal(refused.body.error.field, 'unnamedUserId');
  const own = (await api('/api/admin/keys', { body: personal })).body.key;
  assert.equal((await put(own.id, bot.id)).body.error.field, 'unnamedUserId');
});
