import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunningOut } from '../../gateway/contract/reports.ts';
import { office, spendTokens } from '../accounts/account-kit.ts';

test('who runs out before the renewal is listed with the day that their own projection names, the first first', async (t) => {
  const { api, user, context, clock, gateway } = await office(t);
  const { rollups } = gateway.background;
  const list = async (): Promise<RunningOut> => (await api('/api/admin/stats/running-out')).body;
  clock.set('2026-10-20T10:00:00Z');
  const make = (name: string, monthlyLimit: number | null) => user(`${name}@example.com`, { monthlyLimit });
  const soon = await make('soon', 2_200);
  const later = await make('later', 2_800);
  const enough = await make('enough', 3_001);
  const endless = await make('endless', null);
  const stopped = await make('stopped', 2_200);
  const empty = await make('empty', 1_900);
  const young = await make('young', 400);
  assert.deepEqual(await list(), { items: [], total: 0, asOf: null });
  const everyday = [soon, later, enough, endless, stopped, empty];
  for (let day = 0; day < 31; day++) {
    clock.set(Date.parse('2026-10-20T10:00:00Z') + day * 86_400_000);
    // The last of these days is 19 November: of this month 1,900 are used.
    for (const { id } of everyday) await spendTokens(context, { userId: id, tokens: 100 });
    if (day >= 28) await spendTokens(context, { userId: young.id, tokens: 100 });
  }
  await api(`/api/admin/users/${stopped.id}/block`, { body: { reason: 'test' } });
  clock.set('2026-11-20T10:00:00Z');
  await rollups.runDue();
  const first = await list();
  assert.deepEqual(
    first.items.map(({ id, exhaustionDate, available }) => [id, exhaustionDate, available]),
    [
      [soon.id, '2026-11-22', 300],
      [later.id, '2026-11-28', 900],
    ],
  );
  assert.deepEqual([first.total, first.asOf], [2, '2026-11-20']);
  for (const { id, exhaustionDate } of first.items) {
    assert.equal((await api(`/api/admin/users/${id}/stats`)).body.exhaustionDate, exhaustionDate);
  }

  // What is used today counts at once: of today less is to come.
  await spendTokens(context, { userId: soon.id, tokens: 60 });
  const [same] = (await list()).items;
  assert.deepEqual([same?.available, same?.exhaustionDate], [240, '2026-11-22']);
  await spendTokens(context, { userId: soon.id, tokens: 60 });
  const [sooner] = (await list()).items;
  assert.deepEqual([sooner?.available, sooner?.exhaustionDate], [180, '2026-11-22']);
  await spendTokens(context, { userId: later.id, tokens: 100 });
  await spendTokens(context, { userId: enough.id, tokens: 101 });
  assert.deepEqual(
    (await list()).items.map(({ id }) => id),
    [soon.id, later.id, enough.id],
  );
  await api(`/api/admin/users/${soon.id}/tokens`, { body: { amount: 5_000, reason: 'more' } });
  assert.equal((await list()).total, 2);
});

test('paces are made once a day, anew on the next, and go with those who stopped using anything', async (t) => {
  const { user, context, clock, gateway } = await office(t);
  const { rollups } = gateway.background;
  const { userPaces } = context.db.tables;
  clock.set('2026-08-03T10:00:00Z');
  const { id } = await user('ana@example.com');
  for (let day = 0; day < 14; day++) {
    await spendTokens(context, { userId: id, tokens: day < 7 ? 10 : 30 });
    clock.advance(86_400_000);
  }
  await rollups.runDue();
  const rows = () => context.db.select().from(userPaces);
  const [made] = await rows();
  assert.deepEqual([made?.day, made?.monday, made?.sunday], ['2026-08-17', 20, 20]);
  await context.db.update(userPaces).set({ monday: 1 });
  await rollups.runDue();
  assert.equal((await rows())[0]?.monday, 1, 'once a day');
  clock.advance(86_400_000);
  await rollups.runDue();
  assert.deepEqual(
    (await rows()).map(({ day, monday }) => [day, monday]),
    [['2026-08-18', 10]],
    'the Monday without use counts',
  );
  clock.set('2026-12-01T10:00:00Z');
  await rollups.runDue();
  assert.deepEqual(await rows(), []);
});

test('the list is for operators', async (t) => {
  const { api, operator } = await office(t);
  const { token } = await operator('viewer');
  const path = '/api/admin/stats/running-out';
  assert.equal((await api(path, { headers: { authorization: `Bearer ${token}` } })).status, 200);
  assert.equal((await api(path, { headers: { authorization: 'Bearer nobody' } })).status, 401);
});
