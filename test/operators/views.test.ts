import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { SYSTEM } from '../../gateway/audit/audit-writer.ts';
import type { AuditEntry } from '../../gateway/contract/audit.ts';
import type { View } from '../../gateway/contract/views.ts';
import type { Role } from '../../gateway/db/json-columns.ts';
import { deleteOperator } from '../../gateway/operators/service.ts';
import { type ApiInit, type BuildOptions, build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';
import { heardFrom } from '../support/heard.ts';
import { addOperator, browser, PASSWORD } from './people.ts';

const PATH = '/api/admin/views';

test('an operator keeps views of a list; others neither see nor remove them, and they go with the operator', async (t) => {
  const built = await build(t);
  const { api } = built;
  const operatorId = await addOperator(built.context, 'vera@example.com', 'viewer');
  const vera = browser(built);
  vera.token = (
    await vera.call('/api/auth/login', { body: { email: 'vera@example.com', password: PASSWORD } })
  ).body.token;
  const body = { list: 'users', name: ' Sales ', search: 'department=sales' };
  const view = (await vera.call(PATH, { body })).body;
  assert.deepEqual([view.name, view.search], ['Sales', 'department=sales']);
  const again = (await vera.call(PATH, { body: { ...body, search: 'department=sales&plan=pro' } })).body;
  assert.equal(again.id, view.id, 'one of the same name is replaced');
  assert.equal((await vera.call(`${PATH}?list=users`)).body.items[0].search, 'department=sales&plan=pro');

  assert.equal((await api(PATH)).body.total, 0, 'nobody else sees it');
  assert.equal((await api(`${PATH}/${view.id}`, { method: 'DELETE' })).status, 404);
  assert.equal((await vera.call(PATH, { body: { ...body, name: ' ' } })).body.error.field, 'name');

  await deleteOperator(built.context, SYSTEM, operatorId);
  const own = (await api(PATH, { body })).body;
  assert.equal((await api(`${PATH}/${own.id}`, { method: 'DELETE' })).status, 204);
  assert.equal((await api(PATH)).body.total, 0);
});

/** A gateway with an operator of each role, and how each calls. */
async function team(t: TestContext, options: BuildOptions = {}) {
  const built = await build(t, options);
  const as = async (role: Role) => {
    const { id, token } = await built.operator(role);
    const headers = { authorization: `Bearer ${token}` };
    return {
      id,
      call: (path: string, init: ApiInit = {}) => built.api(path, { ...init, headers }),
      names: async () => (await built.api(PATH, { headers })).body.items.map(({ name }: View) => name),
    };
  };
  return { ...built, admin: await as('admin'), other: await as('admin'), viewer: await as('viewer') };
}
const shared = (name: string, search = 'plan=pro') => ({ list: 'users', name, search, shared: true });
const put = (body: unknown): ApiInit => ({ method: 'PUT', body });
const remove: ApiInit = { method: 'DELETE' };

test('a shared view is everybody’s to use, and its author’s, owners’ and administrators’ to change', async (t) => {
  const { api, admin, other, viewer, context } = await team(t);
  const heard = heardFrom(context);
  const view = (await admin.call(PATH, { body: shared('Pro') })).body;
  assert.deepEqual(heard, [{ kind: 'views_changed' }], 'open consoles are told');
  assert.deepEqual([view.shared, view.author.id, view.mayChange], [true, admin.id, true]);
  const [seen] = (await viewer.call(PATH)).body.items;
  assert.deepEqual({ ...view, mayChange: false }, seen, 'the same, but not to be changed');

  for (const init of [put({ name: 'Mine' }), put({ search: '' }), put({ shared: false }), remove]) {
    const refused = await viewer.call(`${PATH}/${view.id}`, init);
    assert.deepEqual([refused.status, refused.body.error.code], [403, 'forbidden']);
  }
  const share = await viewer.call(PATH, { body: shared('All') });
  assert.deepEqual([share.status, share.body.error.field], [403, 'shared']);
  const kept = (await viewer.call(PATH, { body: { ...shared('All'), shared: false } })).body;
  assert.equal((await viewer.call(`${PATH}/${kept.id}`, put({ shared: true }))).body.error.field, 'shared');
  assert.deepEqual(await admin.names(), ['Pro'], 'nothing of it is shared');
  assert.equal((await admin.call(`${PATH}/${kept.id}`, put({ name: 'Seen' }))).status, 404, 'own ones are not there');

  const renamed = (await other.call(`${PATH}/${view.id}`, put({ name: 'Professionals', search: 'plan=pro&sort=name' })))
    .body;
  assert.deepEqual(
    [renamed.name, renamed.search, renamed.author.id],
    ['Professionals', 'plan=pro&sort=name', admin.id],
  );
  const taken = await other.call(`${PATH}/${view.id}`, put({ shared: false }));
  assert.deepEqual([taken.status, taken.body.error.field], [403, 'shared'], 'it would be gone to its author');
  assert.equal((await admin.call(`${PATH}/${view.id}`, put({ shared: false }))).body.shared, false);
  assert.deepEqual(await viewer.names(), ['All'], 'taken back');
  await admin.call(`${PATH}/${view.id}`, put({ shared: true }));
  assert.equal((await api(`${PATH}/${view.id}`, remove)).status, 204, 'the owner removes it');
  assert.deepEqual(await admin.names(), []);

  const { items } = (await api(`/api/admin/audit?target=${view.id}`)).body;
  assert.deepEqual(
    items.map(({ action }: AuditEntry) => action),
    ['view.removed', 'view.shared', 'view.unshared', 'view.changed', 'view.shared'],
  );
  const [removed] = items;
  assert.deepEqual(
    removed.details,
    { list: 'users', filters: ['plan', 'sort'], author: admin.id, createdAt: view.createdAt },
    'not what is searched for',
  );
  assert.deepEqual(removed.personal, { name: 'Professionals' });
  assert.equal((await api(`/api/admin/audit?target=${kept.id}`)).body.total, 0, 'what is one’s own is no act');
  assert.equal(heard.length, 5);
});

test('a name is given once among shared views and once among the own ones, and takes nobody’s view away', async (t) => {
  const { admin, other, viewer } = await team(t);
  const first = (await admin.call(PATH, { body: shared('Pro') })).body;
  const clash = await other.call(PATH, { body: shared('Pro', 'plan=free') });
  assert.deepEqual([clash.status, clash.body.error.code, clash.body.error.field], [409, 'view_name_taken', 'name']);
  const again = (await admin.call(PATH, { body: shared('Pro', 'plan=pro&kind=person') })).body;
  assert.deepEqual([again.id, again.search], [first.id, 'plan=pro&kind=person'], 'the author replaces it');

  const own = (await other.call(PATH, { body: { ...shared('Pro', 'plan=free'), shared: false } })).body;
  assert.deepEqual(await other.names(), ['Pro', 'Pro'], 'an own one beside it');
  assert.deepEqual(await viewer.names(), ['Pro']);
  assert.equal((await other.call(`${PATH}/${own.id}`, put({ shared: true }))).body.error.code, 'view_name_taken');
  const second = (await other.call(PATH, { body: shared('Free') })).body;
  assert.equal((await admin.call(`${PATH}/${second.id}`, put({ name: 'Pro' }))).body.error.code, 'view_name_taken');
  assert.equal((await other.call(`${PATH}/${own.id}`, put({ name: ' ' }))).body.error.field, 'name');
  assert.deepEqual(await other.names(), ['Free', 'Pro', 'Pro'], 'nothing was changed by what was refused');
});

test('what a removed operator shared stays for the others, and what they kept for themselves does not', async (t) => {
  const { api, context, admin, other, viewer } = await team(t);
  const view = (await admin.call(PATH, { body: shared('Pro') })).body;
  await admin.call(PATH, { body: { ...shared('Alone'), shared: false } });
  const heard = heardFrom(context);
  await deleteOperator(context, SYSTEM, admin.id);
  assert.deepEqual(heard.at(-1), { kind: 'views_changed' });
  const { items } = (await viewer.call(PATH)).body;
  assert.deepEqual(items, [{ ...view, author: null, mayChange: false }]);
  assert.equal(await context.db.$count(context.db.tables.savedViews), 1);
  assert.equal((await other.call(PATH, { body: shared('Pro') })).body.error.code, 'view_name_taken');
  assert.equal((await other.call(`${PATH}/${view.id}`, put({ name: 'Theirs' }))).body.name, 'Theirs');
  assert.equal((await api(`${PATH}/${view.id}`, remove)).status, 204);
});

test('a removal is taken back by whoever removed it, to its author, once and for ten minutes', async (t) => {
  const clock = testClock('2026-11-20T12:00:00Z');
  const { admin, other, viewer, context } = await team(t, { clock });
  const view = (await admin.call(PATH, { body: shared('Pro') })).body;
  const back = { method: 'POST', body: { name: 'Pro', search: 'plan=pro' } } as const;
  const restore = `${PATH}/${view.id}/restore`;
  assert.equal((await other.call(restore, back)).status, 404, 'it is not removed');
  clock.advance(60_000);
  await other.call(`${PATH}/${view.id}`, remove);
  for (const somebody of [admin, viewer]) assert.equal((await somebody.call(restore, back)).status, 404);
  assert.deepEqual(await viewer.names(), []);
  const forged = await other.call(restore, { method: 'POST', body: { ...back.body, author: viewer.id } });
  assert.deepEqual([forged.status, forged.body.error.code], [400, 'invalid_input']);
  assert.equal((await other.call(`${PATH}/viw_none/restore`, back)).status, 404);

  const heard = heardFrom(context);
  const restored = await other.call(restore, back);
  assert.deepEqual(restored.body, view, 'as it was, its author and its age included');
  assert.deepEqual(heard, [{ kind: 'views_changed' }]);
  assert.deepEqual((await other.call(restore, back)).body, view, 'a second press changes nothing');
  assert.equal(await context.db.$count(context.db.tables.savedViews), 1);
  const { items } = (await other.call(`/api/admin/audit?target=${view.id}`)).body;
  assert.deepEqual(
    items.map(({ action }: AuditEntry) => action),
    ['view.restored', 'view.removed', 'view.shared'],
  );

  await other.call(`${PATH}/${view.id}`, remove);
  await admin.call(PATH, { body: shared('Pro', 'plan=free') });
  const taken = await other.call(restore, back);
  assert.deepEqual([taken.status, taken.body.error.code], [409, 'view_name_taken']);
  clock.advance(10 * 60_000 + 1);
  assert.equal((await other.call(restore, { ...back, body: { ...back.body, name: 'Old' } })).status, 404);
});

test('what comes back of an author who was removed meanwhile has none', async (t) => {
  const { admin, other, context } = await team(t);
  const view = (await admin.call(PATH, { body: shared('Pro') })).body;
  await other.call(`${PATH}/${view.id}`, remove);
  await deleteOperator(context, SYSTEM, admin.id);
  const restored = await other.call(`${PATH}/${view.id}/restore`, { body: { name: 'Pro', search: 'plan=pro' } });
  assert.deepEqual([restored.status, restored.body.author], [200, null]);
});
