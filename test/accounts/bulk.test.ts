import assert from 'node:assert/strict';
import { test } from 'node:test';
import { office } from './account-kit.ts';

test('a preview writes nothing and tells what would change; the commit does exactly that', async (t) => {
  const { api, user } = await office(t);
  const ids: string[] = [];
  for (let index = 0; index < 60; index++) {
    const made = await user(`user${index}@example.com`, { plan: index < 58 ? 'trial' : 'pro' });
    ids.push(made.id);
  }
  const request = { filter: { search: 'user' }, action: { kind: 'plan', plan: 'pro' } };
  const preview = await api('/api/admin/users/bulk', { body: { ...request, preview: true } });
  assert.equal(preview.status, 200);
  const { matched, changed, changes, failures, selection } = preview.body;
  assert.deepEqual([matched, changed, changes.length, failures.length], [60, 58, 58, 0]);
  assert.deepEqual([changes[0].before, changes[0].after], ['trial', 'pro']);
  assert.equal((await api('/api/admin/users?plan=trial')).body.total, 58);

  const without = await api('/api/admin/users/bulk', { body: { ...request, selection } });
  assert.equal(without.body.error.field, 'reason');
  const commit = await api('/api/admin/users/bulk', { body: { ...request, selection, reason: 'upgrade' } });
  assert.equal(commit.status, 200);
  assert.deepEqual([commit.body.preview, commit.body.changed], [false, 58]);
  assert.equal((await api('/api/admin/users?plan=pro')).body.total, 60);
  assert.equal((await api('/api/admin/audit?search=user.changed')).body.total, 58);
});

test('a commit is refused when other users match than in the preview', async (t) => {
  const { api, user } = await office(t);
  await user('ana@example.com');
  const request = { filter: { plan: ['basic'] }, action: { kind: 'block' } };
  const { selection } = (await api('/api/admin/users/bulk', { body: { ...request, preview: true } })).body;
  await user('bob@example.com');
  const commit = await api('/api/admin/users/bulk', { body: { ...request, selection, reason: 'x' } });
  assert.equal(commit.status, 409);
  assert.equal(commit.body.error.code, 'selection_changed');
  assert.equal((await api('/api/admin/users?status=blocked')).body.total, 0);
});

test('tokens for many are granted once for an Idempotency-Key, and failures are listed by user', async (t) => {
  const { api, user } = await office(t);
  const ana = await user('ana@example.com', { credits: 100 });
  const bob = await user('bob@example.com');
  const body = {
    ids: [ana.id, bob.id, 'usr_nobody'],
    action: { kind: 'tokens', amount: -50 },
    reason: 'too much',
  };
  const init = { headers: { 'idempotency-key': 'b1' }, body };
  const [first, second] = await Promise.all([api('/api/admin/users/bulk', init), api('/api/admin/users/bulk', init)]);
  assert.equal(first.status, 200);
  assert.deepEqual([first.body.matched, first.body.changed], [3, 1]);
  assert.deepEqual(
    first.body.failures.map((failure: { id: string; code: string }) => [failure.id, failure.code]),
    [
      [bob.id, 'insufficient_credits'],
      ['usr_nobody', 'user_not_found'],
    ],
  );
  assert.equal(second.status, 200);
  assert.equal((await api(`/api/admin/users/${ana.id}`)).body.credits, 50);
  assert.equal((await api(`/api/admin/users/${ana.id}/ledger`)).body.total, 2);
});

test('each action is checked for all at once, and the field at fault is named', async (t) => {
  const { api, user } = await office(t, { flags: { maxUserLimit: 1_000 } });
  const { id } = await user('ana@example.com');
  const cases: [body: unknown, field: string][] = [
    [{ action: { kind: 'block' } }, 'ids'],
    [{ ids: [id], filter: {}, action: { kind: 'block' } }, 'ids'],
    [{ ids: [], action: { kind: 'block' } }, 'ids'],
    [{ ids: [id], action: { kind: 'explode' } }, 'action.kind'],
    [{ ids: [id], action: { kind: 'plan', plan: 'golden' } }, 'action.plan'],
    [{ ids: [id], action: { kind: 'department', department: 'nowhere' } }, 'action.department'],
    [{ ids: [id], action: { kind: 'limit', monthlyLimit: 1_001 } }, 'action.monthlyLimit'],
    [{ ids: [id], action: { kind: 'tokens', amount: -1, moveKind: 'bonus' } }, 'action.moveKind'],
    [{ ids: [id], action: { kind: 'suspend', until: 5 } }, 'action.until'],
  ];
  for (const [body, field] of cases) {
    const answer = await api('/api/admin/users/bulk', { body: { reason: 'x', ...(body as object) } });
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.equal(answer.body.error.field, field, JSON.stringify(answer.body));
  }
  for (const action of [
    { kind: 'limit', monthlyLimit: 500 },
    { kind: 'suspend' },
    { kind: 'block' },
    { kind: 'activate' },
  ]) {
    const answer = await api('/api/admin/users/bulk', { body: { ids: [id], action, reason: 'x' } });
    assert.equal(answer.body.changed, 1, JSON.stringify(answer.body));
  }
  const after = (await api(`/api/admin/users/${id}`)).body;
  assert.deepEqual([after.status, after.monthlyLimit], ['active', 500]);
});

test('a change of many is taken back: each becomes what it was, and whom somebody else has changed since is left alone', async (t) => {
  const { api, user } = await office(t);
  const ana = await user('ana@example.com', { plan: 'trial' });
  const bob = await user('bob@example.com', { plan: 'basic' });
  const eve = await user('eve@example.com', { plan: 'basic' });
  const ids = [ana.id, bob.id, eve.id];
  const planOf = async ({ id }: { id: string }) => (await api(`/api/admin/users/${id}`)).body.plan;
  const action = { kind: 'plan', plan: 'pro' };
  const preview = await api('/api/admin/users/bulk', { body: { ids, action, preview: true } });
  assert.deepEqual(preview.body.undo, [], 'what was not done needs no undoing');
  const { undo } = (await api('/api/admin/users/bulk', { body: { ids, action, reason: 'upgrade' } })).body;
  assert.equal(undo.length, 2, 'two plans to go back to');
  await api(`/api/admin/users/${eve.id}`, { method: 'PUT', body: { plan: 'enterprise', reason: 'promoted' } });
  const body = { steps: undo, undoes: action, reason: 'a mistake' };
  const back = await api('/api/admin/users/bulk/undo', { body });
  assert.equal(back.status, 200, JSON.stringify(back.body));
  assert.deepEqual([back.body.matched, back.body.changed], [3, 2]);
  assert.deepEqual(
    back.body.failures.map((failure: { id: string; code: string }) => [failure.id, failure.code]),
    [[eve.id, 'conflict']],
  );
  assert.deepEqual(await Promise.all([ana, bob, eve].map(planOf)), ['trial', 'basic', 'enterprise']);
  assert.equal((await api('/api/admin/audit?search=user.changed')).body.total, 6, 'all of it is in the record');
});

test('tokens that many were given are taken back by adjustments, once, from those who still have them', async (t) => {
  const { api, user } = await office(t);
  const ana = await user('ana@example.com', { credits: 5 });
  const bob = await user('bob@example.com');
  const action = { kind: 'tokens', amount: 100 };
  const given = await api('/api/admin/users/bulk', { body: { ids: [ana.id, bob.id], action, reason: 'a gift' } });
  await api(`/api/admin/users/${bob.id}/tokens`, { body: { amount: -60, reason: 'less', kind: 'adjustment' } });
  const body = { steps: given.body.undo, undoes: action, reason: 'a mistake' };
  const init = { headers: { 'idempotency-key': 'u1' }, body };
  const [first, second] = [
    await api('/api/admin/users/bulk/undo', init),
    await api('/api/admin/users/bulk/undo', init),
  ];
  assert.deepEqual([first.status, second.status, first.body.changed], [200, 200, 1], JSON.stringify(first.body));
  assert.deepEqual(
    first.body.failures.map((failure: { id: string; code: string }) => [failure.id, failure.code]),
    [[bob.id, 'insufficient_credits']],
  );
  assert.deepEqual(
    [(await api(`/api/admin/users/${ana.id}`)).body.credits, (await api(`/api/admin/users/${bob.id}`)).body.credits],
    [5, 40],
  );
  const { items } = (await api(`/api/admin/users/${ana.id}/ledger`)).body;
  const moved = items.map(
    ({ kind, creditsDelta }: { kind: string; creditsDelta: number }) => `${kind} ${creditsDelta}`,
  );
  assert.deepEqual(moved.sort(), ['adjustment -100', 'grant 100', 'grant 5']);
});

test('each is again what they were before all were blocked, but for who waited for approval', async (t) => {
  const { api, user, clock } = await office(t);
  const ana = await user('ana@example.com');
  const bob = await user('bob@example.com');
  const until = clock.now() + 86_400_000;
  await api(`/api/admin/users/${bob.id}/suspend`, { body: { reason: 'a day off', until } });
  const action = { kind: 'block' };
  const { body } = await api('/api/admin/users/bulk', { body: { ids: [ana.id, bob.id], action, reason: 'all out' } });
  const refused = await api('/api/admin/users/bulk/undo', { body: { steps: body.undo, undoes: action } });
  assert.deepEqual([refused.status, refused.body.error.field], [400, 'reason']);
  await api('/api/admin/users/bulk/undo', { body: { steps: body.undo, undoes: action, reason: 'all in' } });
  const statusOf = async ({ id }: { id: string }) => (await api(`/api/admin/users/${id}`)).body.status;
  assert.deepEqual([await statusOf(ana), await statusOf(bob)], ['active', 'suspended']);
  clock.advance(86_400_001);
  assert.equal(await statusOf(bob), 'active', 'until the same moment as before');
});

test('what cannot come back is reported by user, and the rest comes back whatever the bounds are by now', async (t) => {
  const { api, user } = await office(t);
  await api('/api/admin/plans', { body: { id: 'gone', name: 'Gone' } });
  const ana = await user('ana@example.com', { plan: 'gone' });
  const bob = await user('bob@example.com', { plan: 'trial', monthlyLimit: 5_000 });
  const plan = { kind: 'plan', plan: 'pro' };
  const limit = { kind: 'limit', monthlyLimit: 900 };
  const ids = [ana.id, bob.id];
  const moved = (await api('/api/admin/users/bulk', { body: { ids, action: plan, reason: 'x' } })).body;
  const lowered = (await api('/api/admin/users/bulk', { body: { ids, action: limit, reason: 'x' } })).body;
  assert.equal((await api('/api/admin/plans/gone', { method: 'DELETE' })).status, 204);
  await api('/api/admin/settings', { method: 'PUT', body: { maxUserLimit: 1_000 } });

  const undo = (steps: unknown, undoes: unknown) =>
    api('/api/admin/users/bulk/undo', { body: { steps, undoes, reason: 'a mistake' } });
  const raised = await undo(lowered.undo, limit);
  assert.deepEqual([raised.status, raised.body.changed, raised.body.failures], [200, 2, []]);
  assert.equal((await api(`/api/admin/users/${bob.id}`)).body.monthlyLimit, 5_000);

  const back = await undo(moved.undo, plan);
  assert.deepEqual([back.status, back.body.matched, back.body.changed], [200, 2, 1], JSON.stringify(back.body));
  assert.deepEqual(
    back.body.failures.map((failure: { email: string; code: string }) => [failure.email, failure.code]),
    [['ana@example.com', 'unknown_plan']],
  );
  assert.equal((await api(`/api/admin/users/${bob.id}`)).body.plan, 'trial');
});
