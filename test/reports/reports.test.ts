import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withinUseOf } from '../../gateway/reports/upstream-ids.ts';
import { office, openHold, spendTokens } from '../accounts/account-kit.ts';

const DAY_MS = 86_400_000;
const RECORD_FIELDS =
  'absorbedTokens audioTokens cacheWriteTokens cachedTokens chargedTokens completionTokens costMicroUsd createdAt durationMs endpoint errorMessage ' +
  'firstByteMs id imageTokens ipAddress method model outcome priceKnown promptTokens reasoningTokens requestId statusCode totalTokens upstream ' +
  'usageSource userAgent userId userName';

test('usage records have exactly the agreed fields and can be filtered by user, model, outcome and day', async (t) => {
  const { api, user, context, clock } = await office(t);
  const ana = await user('ana@example.com');
  const bob = await user('bob@example.com');
  clock.set('2026-11-10T23:59:59Z');
  await spendTokens(context, { userId: ana.id, tokens: 1, model: 'old', upstreamId: 'spare' });
  clock.set('2026-11-20T12:00:00Z');
  for (let index = 0; index < 12; index++) {
    clock.advance(1_000);
    await spendTokens(context, { userId: ana.id, tokens: 10 + index });
  }
  await spendTokens(context, { userId: bob.id, tokens: 5, outcome: 'client_aborted' });
  await spendTokens(context, { userId: bob.id, tokens: 5, outcome: 'upstream_error' });
  const open = await openHold(context, { userId: bob.id, tokens: 5 });
  const list = async (query: string) => (await api(`/api/admin/usage?${query}`)).body;

  const all = await list('limit=4');
  assert.equal(all.total, 16);
  assert.equal(all.totalIsMore, false);
  assert.equal(all.items.length, 4);
  assert.deepEqual(Object.keys(all.items[0]).sort(), RECORD_FIELDS.split(' ').sort());
  const pages: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { items: { id: string }[]; nextCursor: string | null } = await list(
      `limit=5${cursor ? `&cursor=${cursor}` : ''}`,
    );
    pages.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  assert.equal(new Set(pages).size, 16);
  assert.deepEqual(pages, pages.toSorted().reverse());

  const called = async (id: string) => (await list(`user=${id}&limit=1`)).items[0].userName;
  assert.equal(await called(ana.id), 'ana');
  assert.equal((await api(`/api/admin/users/${bob.id}`, { method: 'PUT', body: { name: 'Bob Reis' } })).status, 200);
  assert.equal(await called(bob.id), 'Bob Reis');
  assert.equal((await list(`user=${bob.id}`)).total, 3);
  assert.equal((await list('model=old')).total, 1);
  assert.equal((await list('model=none-such')).total, 0);
  assert.deepEqual(
    (await list('upstream=spare')).items.map(({ model }: { model: string }) => model),
    ['old'],
  );
  assert.equal((await list('upstream=openai&from=2026-11-20')).total, 15);
  assert.equal((await list(`upstream=spare&user=${bob.id}`)).total, 0);
  assert.equal((await list('outcome=client_aborted&outcome=upstream_error')).total, 2);
  assert.deepEqual(
    (await list('outcome=pending')).items.map(({ id }: { id: string }) => id),
    [open],
  );
  assert.equal((await list('outcome=ok,pending')).total, 14);
  assert.equal((await list('from=2026-11-11')).total, 15);
  assert.equal((await list('to=2026-11-10')).total, 1);
  assert.equal((await list('from=2026-11-10&to=2026-11-10&sort=createdAt')).items[0].model, 'old');
  assert.equal((await api(`/api/admin/users/${bob.id}/usage?outcome=ok`)).body.total, 0);
  assert.equal((await api('/api/admin/users/usr_nobody/usage')).status, 404);
  for (const [query, field] of [
    ['from=yesterday', 'from'],
    ['outcome=good', 'outcome.0'],
    ['sort=model', 'sort'],
    ['cursor=x', 'cursor'],
    ['hour=7-0', 'hour'],
    ['hour=0-24', 'hour'],
    ['hour=monday', 'hour'],
  ]) {
    assert.equal((await api(`/api/admin/usage?${query}`)).body.error.field, field);
  }
});

test('the ledger lists what moved, newest first, whatever made the entries', async (t) => {
  const { api, user, context, clock } = await office(t);
  const { id } = await user('ana@example.com');
  for (let index = 0; index < 3; index++) {
    clock.advance(60_000);
    await spendTokens(context, { userId: id, tokens: 100 });
    clock.advance(60_000);
    await api(`/api/admin/users/${id}/tokens`, { body: { amount: 10, reason: 'x', kind: 'bonus' } });
  }
  clock.set('2026-12-01T00:00:01Z');
  await spendTokens(context, { userId: id, tokens: 7 });
  const { items, total } = (await api('/api/admin/ledger')).body;
  assert.equal(total, 8);
  const times = items.map(({ createdAt }: { createdAt: number }) => createdAt);
  assert.deepEqual(
    times,
    times.toSorted((a: number, b: number) => b - a),
  );
  const count = async (query: string) => (await api(`/api/admin/ledger?${query}`)).body.total;
  assert.equal(await count('kind=bonus'), 3);
  assert.equal(await count('kind=bonus&kind=debit'), 7);
  assert.equal(await count(`kind=reset&user=${id}`), 1);
  assert.equal(await count('to=2026-11-30'), 6);
  assert.equal(await count('user=usr_nobody'), 0);
  assert.equal((await api(`/api/admin/users/${id}/ledger?limit=2`)).body.items.length, 2);
});

test('refusals are listed apart from usage', async (t) => {
  const { api, context, user } = await office(t);
  const { db, clock } = context;
  const ana = await user('ana@example.com', { name: 'Ana Lima' });
  const minute = Math.floor(clock.now() / 60_000) * 60_000;
  const row = {
    keyId: null,
    statusCode: 429,
    model: null,
    endpoint: '/v1/chat/completions',
    message: 'm',
    ipAddress: null,
    createdAt: minute,
    lastAt: minute,
  };
  await db.insert(db.tables.refusals).values([
    { ...row, id: 'ref_1', minute: minute - DAY_MS, userId: 'usr_1', code: 'rate_limited', requests: 2 },
    { ...row, id: 'ref_2', minute, userId: 'usr_2', code: 'insufficient_quota', requests: 3 },
    { ...row, id: 'ref_3', minute: minute - 2 * DAY_MS, userId: ana.id, code: 'plan_model', requests: 1 },
    { ...row, id: 'ref_4', minute: minute - 3 * DAY_MS, userId: null, code: 'invalid_key', requests: 1 },
  ]);
  const list = async (query: string) => (await api(`/api/admin/refusals?${query}`)).body;
  assert.deepEqual(
    (await list('')).items.map(({ id, userName }: { id: string; userName: string | null }) => [id, userName]),
    [
      ['ref_2', null],
      ['ref_1', null],
      ['ref_3', 'Ana Lima'],
      ['ref_4', null],
    ],
  );
  assert.equal((await list('user=usr_1')).total, 1);
  assert.equal((await list('code=insufficient_quota')).items[0].requests, 3);
  assert.equal((await list('from=2026-11-20')).total, 1);
  assert.equal((await api('/api/admin/stats')).body.requests.refusedToday, 3);
  assert.equal((await api('/api/admin/usage')).body.total, 0);
});

test('refusals of one minute are listed in the order of time, page by page, in both directions', async (t) => {
  const { api, context } = await office(t);
  const { db, clock } = context;
  const minute = Math.floor(clock.now() / 60_000) * 60_000;
  const row = {
    minute,
    userId: null,
    keyId: null,
    code: 'invalid_key',
    statusCode: 401,
    model: null,
    endpoint: '/v1/chat/completions',
    message: 'm',
    ipAddress: null,
    requests: 1,
  };
  // Digests, as ids are, in no order; two of them at the same moment.
  const at = { f: 5, '1': 1_000, c: 20, a: 20, '0': 59_999 };
  const rows = Object.entries(at).map(([id, ms]) => ({
    ...row,
    id: `ref_${id}`,
    createdAt: minute + ms,
    lastAt: minute + ms,
  }));
  const earlier = { ...row, id: 'ref_z', minute: minute - 60_000, createdAt: minute - 1, lastAt: minute - 1 };
  await db.insert(db.tables.refusals).values([...rows, earlier]);
  const inOrder = ['ref_z', 'ref_f', 'ref_a', 'ref_c', 'ref_1', 'ref_0'];
  for (const [sort, expected] of [
    ['createdAt', inOrder],
    ['-createdAt', inOrder.toReversed()],
  ] as const) {
    for (const limit of [1, 2, 100]) {
      const found: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const page = (await api(`/api/admin/refusals?sort=${sort}&limit=${limit}${from}`)).body;
        found.push(...page.items.map(({ id }: { id: string }) => id));
        cursor = page.nextCursor;
      }
      assert.deepEqual(found, expected, `${sort}, ${limit} a page`);
    }
  }
});

test('the overview adds up: today, the month, users, models and the forecast', async (t) => {
  const { api, user, context, clock } = await office(t);
  clock.set('2026-11-01T10:00:00Z');
  const ana = await user('ana@example.com', { plan: 'trial' });
  const bob = await user('bob@example.com');
  await user('idle@example.com');
  const empty = (await api('/api/admin/stats')).body;
  assert.deepEqual(
    [empty.tokens.month, empty.tokens.forecast, empty.errorRate, empty.averagePerUser],
    [0, null, null, 0],
  );
  for (let day = 1; day <= 20; day++) {
    clock.set(`2026-11-${String(day).padStart(2, '0')}T10:00:00Z`);
    await spendTokens(context, { userId: ana.id, tokens: 1_000, costMicroUsd: 50 });
    await spendTokens(context, {
      userId: bob.id,
      tokens: 500,
      model: 'o3',
      costMicroUsd: 10,
      outcome: day === 20 ? 'upstream_broke' : 'ok',
    });
  }
  await api(`/api/admin/users/${bob.id}/block`, { method: 'POST' });
  const stats = (await api('/api/admin/stats')).body;
  assert.deepEqual(stats.tokens, {
    today: 1_500,
    month: 30_000,
    forecast: { expected: 45_000, low: 45_000, high: 45_000 },
  });
  assert.deepEqual(
    [stats.costMicroUsd.today, stats.costMicroUsd.month, stats.costMicroUsd.forecast.expected],
    [60, 1_200, 1_800],
  );
  assert.deepEqual(stats.requests, { today: 2, month: 40, refusedToday: 0 });
  assert.deepEqual(stats.activeUsers, { today: 2, month: 2 });
  assert.deepEqual(stats.users, { total: 3, active: 2, pending: 0, suspended: 0, blocked: 1, deleted: 0 });
  assert.deepEqual([stats.monthlyTotal, stats.averagePerUser], [30_000, 10_000]);
  assert.deepEqual(
    stats.topUsers.map(({ email, used, usagePercent }: { email: string; used: number; usagePercent: number }) => [
      email,
      used,
      usagePercent,
    ]),
    [
      ['ana@example.com', 20_000, 20],
      ['bob@example.com', 10_000, 1],
    ],
  );
  assert.deepEqual(stats.byModel, [
    { model: 'gpt-4o', requests: 20, tokens: 20_000, costMicroUsd: 1_000 },
    { model: 'o3', requests: 20, tokens: 10_000, costMicroUsd: 200 },
  ]);
  assert.equal(stats.byDay.length, 30);
  assert.deepEqual(stats.byDay.at(-1), { day: '2026-11-20', requests: 2, tokens: 1_500, costMicroUsd: 60 });
  assert.equal(stats.errorRate, 0.5);
  assert.deepEqual(stats.latency, { durationMs: 1_000, firstByteMs: 100 });
});

test("a user's statistics follow the pace of the weekdays, in the configured time zone", async (t) => {
  const { api, user, context, clock } = await office(t, { flags: { timeZone: 'America/Sao_Paulo' } });
  clock.set('2026-11-06T12:00:00Z');
  const { id } = await user('ana@example.com', { monthlyLimit: 20_000 });
  const stats = async () => (await api(`/api/admin/users/${id}/stats`)).body;
  for (let day = 6; day <= 20; day++) {
    // 01:30 UTC is still the day before in São Paulo.
    clock.set(`2026-11-${String(day).padStart(2, '0')}T01:30:00Z`);
    await spendTokens(context, { userId: id, tokens: 1_000, model: day % 2 ? 'o3' : 'gpt-4o', costMicroUsd: 3 });
    if (day === 9) assert.equal((await stats()).monthlyProjection, null);
  }
  clock.set('2026-11-20T12:00:00Z');
  const now = await stats();
  assert.equal(now.timeZone, 'America/Sao_Paulo');
  assert.deepEqual(now.usageByDay.at(-1), { day: '2026-11-20', requests: 0, tokens: 0, costMicroUsd: 0 });
  assert.deepEqual(now.usageByDay.at(-2), { day: '2026-11-19', requests: 1, tokens: 1_000, costMicroUsd: 3 });
  assert.equal(now.usage30Days, 15_000);
  // Fifteen days of use and today.
  assert.equal(now.dailyAverage, 938);
  assert.equal(now.monthlyProjection, 26_000);
  assert.equal(now.exhaustionDate, '2026-11-24');
  assert.deepEqual(now.usageByModel, [
    { model: 'gpt-4o', requests: 8, tokens: 8_000, costMicroUsd: 24 },
    { model: 'o3', requests: 7, tokens: 7_000, costMicroUsd: 21 },
  ]);
  assert.equal(now.lastActivity, Date.parse('2026-11-20T01:30:00Z'));
  await api(`/api/admin/users/${id}`, { method: 'PUT', body: { monthlyLimit: null, reason: 'x' } });
  assert.equal((await stats()).exhaustionDate, null);
  assert.equal((await api('/api/admin/users/usr_nobody/stats')).status, 404);
});

test('reports group use by user, department, model, day and month, and their totals are of all groups', async (t) => {
  const { api, user, context, clock } = await office(t);
  await api('/api/admin/departments', { body: { id: 'sales', name: 'Sales' } });
  clock.set('2026-10-31T10:00:00Z');
  const ana = await user('ana@example.com', { name: 'Ana', department: 'sales' });
  const bob = await user('bob@example.com');
  await spendTokens(context, { userId: ana.id, tokens: 100, costMicroUsd: 9 });
  clock.set('2026-11-02T10:00:00Z');
  await spendTokens(context, { userId: ana.id, tokens: 200 });
  await spendTokens(context, { userId: bob.id, tokens: 300, model: 'o3', outcome: 'upstream_error' });
  clock.set('2026-11-20T10:00:00Z');
  await spendTokens(context, { userId: bob.id, tokens: 50 });
  const report = async (query: string) => (await api(`/api/admin/reports/usage?${query}`)).body;
  const groups = (body: { items: { key: string; name: string; chargedTokens: number }[] }) =>
    body.items.map(({ key, name, chargedTokens }) => [key, name, chargedTokens]);

  const byUser = await report('groupBy=user');
  assert.deepEqual([byUser.from, byUser.to], ['2026-11-01', '2026-11-20']);
  assert.deepEqual(groups(byUser), [
    [bob.id, 'bob', 350],
    [ana.id, 'Ana', 200],
  ]);
  assert.deepEqual([byUser.total, byUser.totals.chargedTokens, byUser.totals.errors], [2, 550, 1]);
  const wide = 'from=2026-10-01&to=2026-11-30';
  assert.deepEqual(groups(await report(`groupBy=department&${wide}`)), [
    ['none', '', 350],
    ['sales', 'Sales', 300],
  ]);
  assert.deepEqual(groups(await report(`groupBy=model&${wide}&user=${bob.id}`)), [
    ['o3', 'o3', 300],
    ['gpt-4o', 'gpt-4o', 50],
  ]);
  assert.deepEqual(groups(await report(`groupBy=month&${wide}`)), [
    ['2026-10', '2026-10', 100],
    ['2026-11', '2026-11', 550],
  ]);
  assert.deepEqual(groups(await report(`groupBy=day&${wide}&department=sales`)), [
    ['2026-10-31', '2026-10-31', 100],
    ['2026-11-02', '2026-11-02', 200],
  ]);
  const first = await report(`groupBy=user&${wide}&limit=1`);
  assert.deepEqual([first.items.length, first.total, first.totals.chargedTokens], [1, 2, 650]);
  const second = await report(`groupBy=user&${wide}&limit=1&cursor=${first.nextCursor}`);
  assert.deepEqual(groups(second), [[ana.id, 'Ana', 300]]);
  assert.equal(second.nextCursor, null);
  const days = await report(`groupBy=day&${wide}&limit=2`);
  assert.deepEqual(groups(await report(`groupBy=day&${wide}&limit=2&cursor=${days.nextCursor}`)), [
    ['2026-11-20', '2026-11-20', 50],
  ]);
  assert.equal((await report('from=2026-11-20&to=2026-11-01')).error.field, 'to');
  assert.equal((await report('groupBy=colour')).error.field, 'groupBy');
});

test('requests of a rare upstream are sought where it was used, and none of them is missed', async (t) => {
  const { api, user, context, clock } = await office(t);
  const { id: userId } = await user('ana@example.com');
  const spend = (day: string, upstreamId: string) => {
    clock.set(`${day}T12:00:00Z`);
    return spendTokens(context, { userId, tokens: 1, upstreamId });
  };
  const list = async (query: string): Promise<string[]> =>
    (await api(`/api/admin/usage?${query}`)).body.items.map(({ id }: { id: string }) => id);
  for (let day = 1; day <= 20; day++) await spend(`2026-11-${String(day).padStart(2, '0')}`, 'openai');
  const { usageRecords } = context.db.tables;
  const looked = async (upstream: string, asked = {}) =>
    context.db.$count(usageRecords, await withinUseOf(context, upstream, asked));
  assert.equal(await looked('spare'), 0, 'of what was never used nothing is looked at');
  assert.deepEqual(await list('upstream=spare'), []);

  const early = await spend('2026-11-05', 'spare');
  const late = await spend('2026-11-07', 'spare');
  assert.equal(await looked('spare'), 5 + 2, 'the three days, one on either side, and its own');
  assert.equal(await looked('spare', { from: '2026-11-10' }), 0);
  assert.equal(await looked('spare', { model: 'another' }), 0);
  assert.deepEqual(await list('upstream=spare'), [late, early]);
  assert.deepEqual(await list('upstream=spare&sort=createdAt&limit=1'), [early]);
  assert.deepEqual(await list('upstream=spare&to=2026-11-05'), [early]);
  assert.deepEqual(await list('upstream=spare&from=2026-11-06&outcome=ok'), [late]);

  clock.set('2026-11-18T12:00:00Z');
  const open = await openHold(context, { userId, tokens: 5, upstreamId: 'spare' });
  assert.deepEqual(await list('upstream=spare'), [open, late, early], 'what is under way');
  assert.deepEqual(await list('upstream=spare&outcome=pending'), [open]);
  await context.db.ledger.recover('all', clock.now());
  assert.deepEqual(await list('upstream=spare'), [open, late, early], 'what a crash has cut');
  assert.deepEqual(await list('upstream=spare&outcome=interrupted'), [open]);
});
