import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '../../gateway/db/ids.ts';
import { office, openHold, settleHold, spendTokens } from '../accounts/account-kit.ts';

test('hours are counted by the clock of the reporting zone, with the hour that runs and with what settles late', async (t) => {
  const { api, user, context, clock, gateway } = await office(t, { flags: { timeZone: 'America/Sao_Paulo' } });
  const { rollups } = gateway.background;
  const { id } = await user('ana@example.com');
  const spend = (tokens: number, outcome: 'ok' | 'upstream_error' = 'ok') =>
    spendTokens(context, { userId: id, tokens, costMicroUsd: 2 * tokens, outcome });
  const cells = async () => (await api('/api/admin/stats/hours')).body.cells;
  const cell = (weekday: number, hour: number, requests: number, errors: number, tokens: number) => {
    return { weekday, hour, requests, errors, tokens, costMicroUsd: 2 * tokens };
  };
  assert.deepEqual(await cells(), []);

  // Sunday 22:30 in São Paulo is Monday in London.
  clock.set('2026-11-16T01:30:00Z');
  await spend(10);
  clock.set('2026-11-17T01:30:00Z');
  const open = await openHold(context, { userId: id, tokens: 5 });
  clock.set('2026-11-23T01:10:00Z');
  await spend(20);
  await spend(1, 'upstream_error');
  clock.set('2026-11-23T15:20:00Z');
  await spend(40);
  const expected = [cell(0, 22, 3, 1, 31), cell(1, 12, 1, 0, 40)];
  await rollups.runDue();
  assert.deepEqual(await cells(), expected);
  const { hourlyTotals } = context.db.tables;
  const counted = await context.db.$count(hourlyTotals);
  assert.equal(counted, 7 * 24 + 14, 'whole hours only, without gaps');
  await rollups.runDue();
  assert.equal(await context.db.$count(hourlyTotals), counted);
  assert.deepEqual(await cells(), expected, 'nothing is counted twice');
  await settleHold(context, open, { userId: id, tokens: 5 });

  const late = await openHold(context, { userId: id, tokens: 8 });
  clock.set('2026-11-23T16:20:00Z');
  await rollups.runDue();
  await settleHold(context, late, { userId: id, tokens: 8 });
  assert.deepEqual((await cells()).at(-1), cell(1, 12, 1, 0, 40));
  clock.set('2026-11-23T17:20:00Z');
  await rollups.runDue();
  assert.deepEqual((await cells()).at(-1), { ...cell(1, 12, 2, 0, 48), costMicroUsd: 80 });

  clock.set('2027-01-20T12:00:00Z');
  assert.deepEqual(await cells(), [], 'eight weeks are looked back on');
});

test('each hour of the week leads to the requests that it is the sum of, also where the clock is put back', async (t) => {
  const { api, user, context, clock, gateway } = await office(t, { flags: { timeZone: 'America/New_York' } });
  const { id } = await user('ana@example.com');
  const at = async (instant: string, tokens: number, outcome: 'ok' | 'upstream_error' = 'ok') => {
    clock.set(instant);
    await spendTokens(context, { userId: id, tokens, outcome });
  };
  // Sundays at half past one; on 1 November that is twice.
  await at('2026-10-25T05:30:00Z', 1);
  await at('2026-11-01T05:30:00Z', 2);
  await at('2026-11-01T06:30:00Z', 4, 'upstream_error');
  await at('2026-11-01T07:00:00Z', 8);
  await at('2026-11-08T05:59:59Z', 16);
  await at('2026-11-08T06:00:00Z', 32);
  await at('2026-11-08T06:59:59Z', 64);
  await at('2026-11-08T18:30:00Z', 128);
  clock.set('2026-11-09T12:00:00Z');
  await gateway.background.rollups.runDue();
  const sums = async (query: string) => {
    const { items, total } = (await api(`/api/admin/usage?${query}`)).body;
    const tokens = items.reduce((sum: number, item: { chargedTokens: number }) => sum + item.chargedTokens, 0);
    return { requests: total, tokens };
  };
  const { cells } = (await api('/api/admin/stats/hours')).body;
  assert.deepEqual(
    cells.map(({ weekday, hour }: { weekday: number; hour: number }) => `${weekday}-${hour}`),
    ['0-0', '0-1', '0-2', '0-13'],
  );
  for (const { weekday, hour, requests, tokens } of cells)
    assert.deepEqual(await sums(`hour=${weekday}-${hour}`), { requests, tokens }, `${weekday}-${hour}`);
  assert.deepEqual(await sums('hour=0-1'), { requests: 5, tokens: 1 + 2 + 4 + 32 + 64 });
  assert.deepEqual(await sums('hour=0-1&outcome=upstream_error'), { requests: 1, tokens: 4 });
  assert.deepEqual(await sums('hour=0-1&from=2026-11-08'), { requests: 2, tokens: 96 });
  assert.deepEqual(await sums('hour=3-14'), { requests: 0, tokens: 0 });
  clock.set('2027-01-20T12:00:00Z');
  assert.deepEqual(await sums('hour=0-1'), { requests: 0, tokens: 0 }, 'eight weeks are looked back on');
});

test('the hour that runs is told again and again without what is settled being read twice or lost', async (t) => {
  const { api, user, context, clock } = await office(t);
  const { id } = await user('ana@example.com');
  const spend = (tokens: number) => spendTokens(context, { userId: id, tokens, costMicroUsd: 0 });
  const told = async () => {
    const [cell] = (await api('/api/admin/stats/hours')).body.cells;
    return [cell.requests, cell.tokens];
  };
  clock.set('2026-11-23T12:01:00Z');
  await spend(1);
  clock.set('2026-11-23T12:02:00Z');
  const open = await openHold(context, { userId: id, tokens: 20 });
  clock.set('2026-11-23T12:04:00Z');
  await spend(300);
  clock.set('2026-11-23T12:30:00Z');
  assert.deepEqual(await told(), [2, 301]);
  assert.deepEqual(await told(), [2, 301], 'nothing is counted twice');
  await settleHold(context, open, { userId: id, tokens: 20 });
  await spend(4_000);
  assert.deepEqual(await told(), [4, 4_321], 'what was in flight is counted when it is over');
  // Of what was read once and is settled nothing is read again, so that a change of it is not seen before the hour is over.
  const { usageRecords } = context.db.tables;
  clock.set('2026-11-23T12:50:00Z');
  assert.deepEqual(await told(), [4, 4_321]);
  await context.db.update(usageRecords).set({ chargedTokens: 9_000 });
  assert.deepEqual(await told(), [4, 4_321]);
});

test('ten thousand requests of the last minutes are not read anew for everybody who looks', async (t) => {
  const { api, user, context, clock } = await office(t);
  const { id } = await user('ana@example.com');
  const spend = () => spendTokens(context, { userId: id, tokens: 1, costMicroUsd: 0 });
  const told = async () => (await api('/api/admin/stats/hours')).body.cells[0].requests;
  clock.set('2026-11-23T12:30:00Z');
  await spend();
  assert.equal(await told(), 1);
  await spend();
  assert.equal(await told(), 2, 'a few are told at once');
  const { usageRecords } = context.db.tables;
  const [record] = await context.db.select().from(usageRecords).limit(1);
  assert.ok(record);
  for (let made = 0; made < 10_000; made += 500) {
    const rows = Array.from({ length: 500 }, () => ({ ...record, id: newId('req', clock.now()) }));
    await context.db.insert(usageRecords).values(rows);
  }
  assert.equal(await told(), 10_002);
  await spend();
  clock.advance(4_999);
  assert.equal(await told(), 10_002);
  clock.advance(1);
  assert.equal(await told(), 10_003);
});

test('the hours are for operators only, and answer with the days they are of', async (t) => {
  const { api, operator, clock } = await office(t);
  clock.set('2026-11-20T12:00:00Z');
  const { token } = await operator('viewer');
  const seen = await api('/api/admin/stats/hours', { headers: { authorization: `Bearer ${token}` } });
  assert.deepEqual(seen.body, { timeZone: 'UTC', from: '2026-09-26', to: '2026-11-20', cells: [] });
  assert.equal((await api('/api/admin/stats/hours', { headers: { authorization: 'Bearer nobody' } })).status, 401);
});
