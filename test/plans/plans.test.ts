import assert from 'node:assert/strict';
import { test } from 'node:test';
import { office } from '../accounts/account-kit.ts';

test('the four plans are there, and say what their limit comes to', async (t) => {
  const { api, user } = await office(t, { flags: { defaultMonthlyLimit: 42_000 } });
  await user('ana@example.com');
  const { items, total } = (await api('/api/admin/plans?sort=id')).body;
  assert.equal(total, 4);
  const basic = items[0];
  assert.deepEqual(
    [basic.id, basic.monthlyLimit, basic.effectiveLimit, basic.users, basic.builtIn],
    ['basic', 'inherit', 42_000, 1, true],
  );
  assert.deepEqual(basic.rateLimit, { perMinute: 120, concurrent: 20 });
  assert.deepEqual(items[1].rateLimit, { perMinute: null, concurrent: null });
});

test('a limit has three states, and users follow their plan', async (t) => {
  const { api, user, context } = await office(t);
  const events: string[] = [];
  context.events.onAny(({ kind }) => void events.push(kind));
  const made = await api('/api/admin/plans', { body: { id: 'lab', monthlyLimit: 500, rateLimit: { perMinute: 5 } } });
  assert.equal(made.status, 201);
  assert.deepEqual([made.body.name, made.body.rateLimit], ['lab', { perMinute: 5, concurrent: null }]);
  const { id } = await user('ana@example.com', { plan: 'lab' });
  const limit = async () => (await api(`/api/admin/users/${id}`)).body.monthlyLimit;
  assert.equal(await limit(), 500);
  const put = (body: unknown) => api('/api/admin/plans/lab', { method: 'PUT', body });
  assert.equal((await put({ monthlyLimit: null })).body.error.field, 'reason');
  assert.equal((await put({ monthlyLimit: null, reason: 'x' })).body.monthlyLimit, null);
  assert.equal(await limit(), null);
  assert.equal((await put({ monthlyLimit: 'inherit', reason: 'x' })).body.effectiveLimit, 1_000_000);
  assert.equal(await limit(), 1_000_000);
  assert.equal((await put({ name: 'Laboratory' })).body.name, 'Laboratory');
  assert.deepEqual((await put({ rateLimit: { concurrent: 2 }, reason: 'x' })).body.rateLimit, {
    perMinute: 5,
    concurrent: 2,
  });
  assert.ok(events.filter((kind) => kind === 'plans_changed').length >= 4);
  assert.equal((await api('/api/admin/audit?search=plan.changed')).body.total, 4);
});

test('a plan that somebody has cannot be removed, nor one that always exists', async (t) => {
  const { api, user } = await office(t);
  await api('/api/admin/plans', { body: { id: 'lab' } });
  const { id } = await user('ana@example.com', { plan: 'lab' });
  const remove = (plan: string) => api(`/api/admin/plans/${plan}`, { method: 'DELETE' });
  assert.equal((await remove('lab')).body.error.code, 'plan_in_use');
  assert.equal((await remove('lab')).status, 409);
  assert.equal((await remove('pro')).body.error.code, 'plan_built_in');
  assert.equal((await remove('nothing')).status, 404);
  await api(`/api/admin/users/${id}`, { method: 'DELETE' });
  assert.equal((await remove('lab')).status, 204);
  assert.equal((await api('/api/admin/plans')).body.total, 4);
});

test('bad plans are refused, and the field at fault is named', async (t) => {
  const { api } = await office(t);
  for (const [body, status, field] of [
    [{ id: 'a b' }, 400, 'id'],
    [{ id: '' }, 400, 'id'],
    [{ id: 'pro' }, 409, 'id'],
    [{ id: 'x', monthlyLimit: 'lots' }, 400, 'monthlyLimit'],
    [{ id: 'x', thresholds: [] }, 400, 'thresholds'],
    [{ id: 'x', thresholds: [95, 80] }, 400, 'thresholds'],
    [{ id: 'x', thresholds: [80, 101] }, 400, 'thresholds.1'],
    [{ id: 'x', rateLimit: { perMinute: 0 } }, 400, 'rateLimit.perMinute'],
    [{ id: 'x', allowedModels: [''] }, 400, 'allowedModels.0'],
    [{ id: 'x', autoRenew: { belowPercent: 0, tokens: 5, timesPerMonth: 1 } }, 400, 'autoRenew.belowPercent'],
  ] as const) {
    const answer = await api('/api/admin/plans', { body });
    assert.equal(answer.status, status, JSON.stringify(body));
    assert.equal(answer.body.error.field, field, JSON.stringify(answer.body));
  }
});

test('plans are told apart by more than the case of a letter', async (t) => {
  const { api } = await office(t);
  const make = (id: string, name?: string) => api('/api/admin/plans', { body: { id, name } });
  assert.equal((await make('Basic', 'Other')).body.error.code, 'plan_exists');
  assert.equal((await make('gold', 'Ouro')).status, 201);
  assert.equal((await make('silver', 'OURO')).body.error.code, 'name_taken');
  assert.equal((await make('silver', 'Prata')).status, 201);
  const rename = (name: string) => api('/api/admin/plans/silver', { method: 'PUT', body: { name } });
  assert.equal((await rename('ouro')).body.error.code, 'name_taken');
  assert.equal((await rename('PRATA')).body.name, 'PRATA');
});
