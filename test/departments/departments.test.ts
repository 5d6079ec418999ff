import assert from 'node:assert/strict';
import { test } from 'node:test';
import { office, openHold, spendTokens } from '../accounts/account-kit.ts';
import { heardFrom } from '../support/heard.ts';

test('departments and the team show what their members use and reserve', async (t) => {
  const { api, user, context } = await office(t);
  const made = await api('/api/admin/departments', { body: { name: 'Sales', capTokens: 5_000 } });
  assert.equal(made.status, 201);
  const { id } = made.body;
  const ana = await user('ana@example.com', { department: id });
  await user('bob@example.com');
  await spendTokens(context, { userId: ana.id, tokens: 300, costMicroUsd: 7 });
  await openHold(context, { userId: ana.id, tokens: 100 });
  const sales = (await api(`/api/admin/departments/${id}`)).body;
  assert.deepEqual(
    [sales.usedTokens, sales.usedMicroUsd, sales.heldTokens, sales.users, sales.period],
    [300, 7, 100, 1, '2026-11'],
  );
  const team = (await api('/api/admin/departments/team')).body;
  assert.deepEqual([team.usedTokens, team.heldTokens, team.users], [300, 100, 2]);
  assert.equal((await api('/api/admin/departments')).body.total, 2);
});

test('the team can be capped, with a reason, and never removed', async (t) => {
  const { api, context } = await office(t);
  const events = heardFrom(context, 'departments_changed');
  const put = (body: unknown) => api('/api/admin/departments/team', { method: 'PUT', body });
  assert.equal((await put({ capMicroUsd: 5_000_000 })).body.error.field, 'reason');
  const capped = await put({ capMicroUsd: 5_000_000, stopAtCap: false, reason: 'budget' });
  assert.deepEqual([capped.status, capped.body.capMicroUsd, capped.body.stopAtCap], [200, 5_000_000, false]);
  assert.deepEqual(events, [{ kind: 'departments_changed' }]);
  const [entry] = (await api('/api/admin/audit')).body.items;
  assert.deepEqual(entry.details.capMicroUsd, { from: null, to: 5_000_000 });
  assert.equal((await api('/api/admin/departments/team', { method: 'DELETE' })).body.error.code, 'department_is_team');
});

test('a department with members or open requests stays; without them it goes', async (t) => {
  const { api, user, context } = await office(t);
  await api('/api/admin/departments', { body: { id: 'sales', name: 'Sales' } });
  const { id } = await user('ana@example.com', { department: 'sales' });
  await openHold(context, { userId: id, tokens: 10 });
  const remove = () => api('/api/admin/departments/sales', { method: 'DELETE' });
  assert.equal((await remove()).body.error.code, 'department_in_use');
  await api(`/api/admin/users/${id}`, { method: 'PUT', body: { department: null, reason: 'moved' } });
  assert.match((await remove()).body.error.message, /open/);
  await context.db.ledger.recover('all', context.clock.now());
  assert.equal((await remove()).status, 204);
  assert.equal((await api('/api/admin/departments/sales')).status, 404);
});

test('bad departments are refused, and the field at fault is named', async (t) => {
  const { api } = await office(t);
  await api('/api/admin/departments', { body: { id: 'sales', name: 'Sales' } });
  for (const [body, status, field] of [
    [{}, 400, 'name'],
    [{ name: 'Sales' }, 409, 'name'],
    [{ id: 'sales', name: 'Other' }, 409, 'id'],
    [{ name: 'two\tcolumns' }, 400, 'name'],
    [{ name: 'two\nlines' }, 400, 'name'],
    [{ name: 'x', capTokens: -1 }, 400, 'capTokens'],
    [{ name: 'x', capMicroUsd: 0.5 }, 400, 'capMicroUsd'],
    [{ name: 'x', stopAtCap: 'yes' }, 400, 'stopAtCap'],
  ] as const) {
    const answer = await api('/api/admin/departments', { body });
    assert.equal(answer.status, status, JSON.stringify(body));
    assert.equal(answer.body.error.field, field, JSON.stringify(answer.body));
  }
});

test('words of filters are no ids of departments, in whatever case, nor are those of others', async (t) => {
  const { api } = await office(t);
  const make = (id: string, name = id) => api('/api/admin/departments', { body: { id, name } });
  for (const id of ['none', 'None', 'TEAM', 'inherit']) {
    const { status, body } = await make(id, 'x');
    assert.deepEqual([status, body.error.field, body.error.rule], [400, 'id', 'reserved_word'], id);
  }
  assert.equal((await make('eng', 'Engenharia')).status, 201);
  assert.equal((await make('ENG', 'Other')).body.error.code, 'department_exists');
  assert.equal((await make('other', 'ENGENHARIA')).body.error.code, 'name_taken');
  const own = await api('/api/admin/departments/eng', { method: 'PUT', body: { name: 'ENGENHARIA' } });
  assert.equal(own.body.name, 'ENGENHARIA', 'its own name may change its case');
});

test('a department that is called none since before is told apart from none', async (t) => {
  const { api, user, context } = await office(t);
  const { departments } = context.db.tables;
  await context.db.insert(departments).values({ id: 'none', name: 'Old', createdAt: 1, updatedAt: 1 });
  const ana = await user('ana@example.com', { department: 'none' });
  const bob = await user('bob@example.com');
  const found = async (word: string) =>
    (await api(`/api/admin/users?department=${word}`)).body.items.map(({ email }: { email: string }) => email);
  assert.deepEqual(await found('none'), ['bob@example.com']);
  assert.deepEqual(await found('id:none'), ['ana@example.com']);
  await spendTokens(context, { userId: ana.id, tokens: 300 });
  await spendTokens(context, { userId: bob.id, tokens: 20 });
  const report = async (query: string) =>
    (await api(`/api/admin/reports/usage?groupBy=department${query}`)).body.items.map(
      ({ key, name, chargedTokens }: Record<string, unknown>) => [key, name, chargedTokens],
    );
  assert.deepEqual(await report(''), [
    ['id:none', 'Old', 300],
    ['none', '', 20],
  ]);
  assert.deepEqual(await report('&department=id:none'), [['id:none', 'Old', 300]]);
  assert.deepEqual(await report('&department=none'), [['none', '', 20]]);
});
