import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heardFrom } from '../support/heard.ts';
import { office, spendTokens } from './account-kit.ts';

const FIELDS = [
  'available',
  'createdAt',
  'credits',
  'department',
  'email',
  'held',
  'id',
  'lastSeenAt',
  'limitedTo',
  'monthlyLimit',
  'name',
  'nextReset',
  'periodStart',
  'plan',
  'status',
  'usagePercent',
  'used',
];

test('a user is made with the defaults, an audit entry, and exactly the agreed fields', async (t) => {
  const { api, user, context } = await office(t);
  const events = heardFrom(context);
  const ana = await user('  Ana@EXAMPLE.com ');
  assert.deepEqual(Object.keys(ana).sort(), FIELDS);
  const { email, name, status, plan, monthlyLimit, used, credits, held, available, usagePercent } = ana;
  assert.deepEqual(
    { email, name, status, plan, monthlyLimit, used, credits, held, available, usagePercent },
    {
      email: 'ana@example.com',
      name: 'ana',
      status: 'active',
      plan: 'basic',
      monthlyLimit: 1_000_000,
      used: 0,
      credits: 0,
      held: 0,
      available: 1_000_000,
      usagePercent: 0,
    },
  );
  assert.equal(ana.periodStart, Date.UTC(2026, 10, 1));
  assert.equal(ana.nextReset, Date.UTC(2026, 11, 1));
  assert.deepEqual((await api(`/api/admin/users/${ana.id}`)).body, ana);
  const audit = (await api('/api/admin/audit?search=user.created')).body;
  assert.equal(audit.total, 1);
  assert.equal(audit.items[0].targetId, ana.id);
  assert.ok(!JSON.stringify(audit.items[0].details).includes('example.com'));
  assert.deepEqual(events, [{ kind: 'user_changed', userId: ana.id }]);
});

test('a user who is limited to some requests a minute shows it until that is over', async (t) => {
  const { api, user, context, clock } = await office(t);
  const { id } = await user('ana@example.com');
  const { users } = context.db.tables;
  const until = clock.now() + 60_000;
  await context.db.update(users).set({ temporaryRate: 5, temporaryRateUntil: until });
  const limitedTo = async () =>
    (await api('/api/admin/users')).body.items.find((one: { id: string }) => one.id === id).limitedTo;
  assert.equal(await limitedTo(), 5);
  clock.set(until);
  assert.equal(await limitedTo(), null);
});

test('first credits are granted through the ledger, once for an Idempotency-Key', async (t) => {
  const { api } = await office(t);
  const init = {
    headers: { 'idempotency-key': 'make-ana' },
    body: { email: 'ana@example.com', credits: 500, reason: 'welcome' },
  };
  const [first, second] = await Promise.all([api('/api/admin/users', init), api('/api/admin/users', init)]);
  assert.equal(first.status, 201);
  assert.deepEqual(first.body, second.body);
  assert.equal(first.body.credits, 500);
  const ledger = (await api('/api/admin/ledger')).body;
  assert.equal(ledger.total, 1);
  assert.equal(ledger.items[0].kind, 'grant');
  assert.equal((await api('/api/admin/audit?search=user.tokens_moved')).body.total, 1);
});

test('bad users are refused, and the field at fault is named', async (t) => {
  const { api, user } = await office(t);
  await user('ana@example.com');
  const cases: [body: unknown, status: number, field: string | undefined][] = [
    [{}, 400, 'email'],
    [{ email: 'no-at-sign' }, 400, 'email'],
    [{ email: 'nul\u0000@example.com' }, 400, 'email'],
    [{ email: 'b@example.com', name: 'two\nlines' }, 400, 'name'],
    [{ email: 'ANA@example.com' }, 409, 'email'],
    [{ kind: 'service' }, 400, 'name'],
    [{ email: 'b@example.com', plan: 'golden' }, 400, 'plan'],
    [{ email: 'b@example.com', department: 'nowhere' }, 400, 'department'],
    [{ email: 'b@example.com', monthlyLimit: -1 }, 400, 'monthlyLimit'],
    [{ email: 'b@example.com', monthlyLimit: 1.5 }, 400, 'monthlyLimit'],
    [{ email: 'b@example.com', monthlyLimit: 1e15 }, 400, 'monthlyLimit'],
    [{ email: 'b@example.com', credits: 5 }, 400, 'reason'],
    [{ email: 'b@example.com', name: 5 }, 400, 'name'],
    [{ email: 'b@example.com', colour: 'red' }, 400, undefined],
    ['not json', 400, undefined],
  ];
  for (const [body, status, field] of cases) {
    const headers: Record<string, string> = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
    const answer = await api('/api/admin/users', { body, headers });
    assert.equal(answer.status, status, JSON.stringify(body));
    assert.equal(answer.body.error.field, field, JSON.stringify(answer.body));
    assert.ok(answer.body.error.message.length > 5);
  }
  assert.equal((await api('/api/admin/users')).body.total, 1);
});

test('edits change what they name, ask why where access moves, and keep within the bounds', async (t) => {
  const { api, user } = await office(t, { flags: { minUserLimit: 1_000, maxUserLimit: 2_000_000 } });
  const ana = await user('ana@example.com');
  await user('bob@example.com');
  const put = (body: unknown) => api(`/api/admin/users/${ana.id}`, { method: 'PUT', body });

  assert.equal((await put({ monthlyLimit: 5_000 })).body.error.field, 'reason');
  assert.equal((await put({ plan: 'pro' })).body.error.field, 'reason');
  assert.equal((await put({ monthlyLimit: 999, reason: 'x' })).body.error.field, 'monthlyLimit');
  assert.equal((await put({ monthlyLimit: null, reason: 'x' })).body.error.field, 'monthlyLimit');
  assert.equal((await put({ email: 'BOB@example.com' })).status, 409);
  assert.equal((await put({ email: 'BOB@example.com' })).body.error.field, 'email');

  const changed = await put({ monthlyLimit: 5_000, name: 'Ana', reason: 'new project' });
  assert.equal(changed.status, 200);
  assert.equal(changed.body.monthlyLimit, 5_000);
  assert.equal(changed.body.name, 'Ana');
  assert.equal(changed.body.plan, 'basic');
  assert.equal((await put({ name: 'Ana' })).status, 200);
  const audit = (await api('/api/admin/audit?search=user.changed')).body;
  assert.equal(audit.total, 1);
  assert.deepEqual(audit.items[0].details.monthlyLimit, { from: 'inherit', to: 5_000 });
  assert.equal(audit.items[0].personal.reason, 'new project');

  assert.equal((await put({ monthlyLimit: 'inherit', plan: 'pro', reason: 'back' })).body.monthlyLimit, 3_000_000);
  assert.equal((await api('/api/admin/users/usr_nobody', { method: 'PUT', body: { name: 'x' } })).status, 404);
});

test('filters, search and sort look at all users, not at the page that is shown', async (t) => {
  const { api, user, context, clock } = await office(t, { flags: { defaultMonthlyLimit: 1_000 } });
  const { body: department } = await api('/api/admin/departments', { body: { id: 'sales', name: 'Sales' } });
  const ids: string[] = [];
  for (let index = 1; index <= 25; index++) {
    clock.advance(60_000);
    const made = await user(`user${String(index).padStart(2, '0')}@example.com`, {
      name: `Person ${index}`,
      plan: index % 5 === 0 ? 'trial' : 'basic',
      department: index === 24 ? department.id : null,
    });
    ids.push(made.id);
  }
  await spendTokens(context, { userId: ids[0] ?? '', tokens: 960 });
  await spendTokens(context, { userId: ids[1] ?? '', tokens: 1_000 });
  const list = async (query: string) => (await api(`/api/admin/users?limit=5&${query}`)).body;
  const emails = (body: { items: { email: string }[] }) => body.items.map((item) => item.email.slice(0, 6));

  // Newest first: the oldest users are on page five.
  assert.deepEqual(emails(await list('usageLevel=critical')), ['user01']);
  assert.deepEqual(emails(await list('usageLevel[]=critical&usageLevel[]=exhausted&sort=email')), ['user01', 'user02']);
  assert.deepEqual(emails(await list('search=PERSON%202&sort=name')).slice(0, 2), ['user02', 'user20']);
  assert.equal((await list('plan=trial')).total, 5);
  assert.equal((await list('plan=trial,basic&status=active')).total, 25);
  assert.deepEqual(emails(await list('department=sales')), ['user24']);
  assert.equal((await list('department=none')).total, 24);
  assert.equal((await list('status=blocked')).total, 0);
  assert.deepEqual(emails(await list('sort=-usagePercent')).slice(0, 2), ['user02', 'user01']);
  assert.deepEqual(emails(await list('sort=-used')).slice(0, 2), ['user02', 'user01']);
  assert.deepEqual(
    emails(await list('sort=-lastSeenAt'))
      .slice(0, 2)
      .sort(),
    ['user01', 'user02'],
  );
  assert.equal((await list('dateRange=2026-11-20..2026-11-20')).total, 25);
  assert.equal((await list('dateRange=..2026-11-19')).total, 0);
  assert.equal((await list('dateRange=2026-11-20..&dateField=lastSeenAt')).total, 2);
  // What the box is given is looked for as it is.
  assert.equal((await list(`search=${encodeURIComponent('%')}`)).total, 0);
});

test('users are found by comparing what they used, have left, and when they were seen', async (t) => {
  const { api, user, context, clock } = await office(t, { flags: { defaultMonthlyLimit: 1_000 } });
  const ana = await user('ana@example.com', { credits: 500 });
  await spendTokens(context, { userId: ana.id, tokens: 960 });
  clock.advance(40 * 86_400_000);
  const bob = await user('bob@example.com', { monthlyLimit: null });
  const cai = await user('cai@example.com', { monthlyLimit: 2_000 });
  await user('desk@example.com', { kind: 'service', name: 'Desk' });
  await spendTokens(context, { userId: bob.id, tokens: 200 });
  await spendTokens(context, { userId: cai.id, tokens: 1_601 });
  const found = async (query: string) => {
    const { status, body } = await api(`/api/admin/users?sort=email&${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.total, body.items.length);
    return body.items.map(({ email }: { email: string }) => email.split('@')[0]).join(' ');
  };
  const cases: [query: string, found: string][] = [
    ['lastSeen=>30d', 'ana'],
    ['lastSeen=>40d', ''],
    ['lastSeen=>=40d', 'ana'],
    ['lastSeen=<=40d', 'ana bob cai'],
    ['lastSeen=<40d', 'bob cai'],
    ['lastSeen=<6w', 'ana bob cai'],
    ['lastSeen=<1h', 'bob cai'],
    ['lastSeen=never', 'desk'],
    ['lastSeen=never&lastSeen=>30d', ''],
    ['lastSeen=2026-11-20', 'ana'],
    ['lastSeen=>2026-11-20', 'bob cai'],
    ['lastSeen=<2026-11-20', ''],
    ['lastSeen=<=2026-11-20', 'ana'],
    ['lastSeen=>=2026-11-20', 'ana bob cai'],
    ['lastSeen=2026-11-01..2026-11-30', 'ana'],
    ['created=>30d', 'ana'],
    ['created=<7d', 'bob cai desk'],
    // 80.05 % reads as 80.
    ['usagePercent=>80', ''],
    ['usagePercent=80', 'cai'],
    ['usagePercent=>=80', 'cai'],
    ['usagePercent=>=80.1', ''],
    ['usagePercent=<80', 'ana bob desk'],
    ['usagePercent=80..95', 'cai'],
    ['used=>0', 'bob cai'],
    ['used=200', 'bob'],
    ['used=>200', 'cai'],
    ['used=>=200&used=<1601', 'bob'],
    ['used=200..1601', 'bob cai'],
    ['credits=500', 'ana'],
    ['credits=<500', 'bob cai desk'],
    ['credits=0,<1', 'bob cai desk'],
    ['available=<400', 'cai'],
    ['available=1000..', 'ana desk'],
    ['monthlyLimit=none', 'bob'],
    ['monthlyLimit=>=2000', 'cai'],
    ['monthlyLimit=..1000', 'ana desk'],
    ['kind=service', 'desk'],
    ['kind=person&lastSeen=never', ''],
  ];
  for (const [query, users] of cases) {
    const escaped = query.replaceAll('>', '%3E').replaceAll('<', '%3C');
    assert.equal(await found(escaped), users, query);
  }
  const body = { filter: { lastSeen: ['>30d'] }, action: { kind: 'block' }, preview: true };
  const bulk = (await api('/api/admin/users/bulk', { body })).body;
  assert.deepEqual(
    bulk.changes.map(({ id }: { id: string }) => id),
    [ana.id],
  );
});

test('pages follow each other through every sort without a gap or a double', async (t) => {
  const { api, user, context } = await office(t, { flags: { defaultMonthlyLimit: 1_000 } });
  for (let index = 1; index <= 7; index++) {
    const made = await user(`user${index}@example.com`, { monthlyLimit: index === 3 ? null : 'inherit' });
    if (index < 4) await spendTokens(context, { userId: made.id, tokens: index * 10 });
  }
  for (const sort of [
    'email',
    '-createdAt',
    'monthlyLimit',
    '-monthlyLimit',
    '-used',
    'usagePercent',
    'lastSeenAt',
    '-available',
    'status',
    'department',
    '-held',
  ]) {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await api(`/api/admin/users?limit=3&sort=${sort}${cursor ? `&cursor=${cursor}` : ''}`);
      assert.equal(body.total, 7);
      seen.push(...body.items.map((item: { id: string }) => item.id));
      cursor = body.nextCursor;
    } while (cursor);
    assert.equal(new Set(seen).size, 7, sort);
    assert.equal(seen.length, 7, sort);
  }
});

test('lists say what is wrong with their query', async (t) => {
  const { api } = await office(t);
  for (const [query, field] of [
    ['limit=0', 'limit'],
    ['limit=1000', 'limit'],
    ['sort=colour', 'sort'],
    ['cursor=garbage', 'cursor'],
    ['status=happy', 'status.0'],
    ['usageLevel=much', 'usageLevel.0'],
    ['dateRange=yesterday', 'dateRange'],
    ['dateRange=2026-02-30..', 'dateRange'],
    ['dateRange=2026-11-20..2026-11-01', 'dateRange'],
    ['lastSeen=yesterday', 'lastSeen.0'],
    ['lastSeen=30d', 'lastSeen.0'],
    ['lastSeen=..', 'lastSeen.0'],
    ['lastSeen=2026-02-30', 'lastSeen.0'],
    ['created=never', 'created.0'],
    ['created=2026-11-20..2026-11-01', 'created.0'],
    ['usagePercent=much', 'usagePercent.0'],
    ['usagePercent=80.25', 'usagePercent.0'],
    ['used=-1', 'used.0'],
    ['credits=0,1.5', 'credits.1'],
    ['credits=20..10', 'credits.0'],
    ['credits=..', 'credits.0'],
    ['available=none', 'available.0'],
    ['monthlyLimit=all', 'monthlyLimit.0'],
    ['kind=robot', 'kind.0'],
  ]) {
    const { status, body } = await api(`/api/admin/users?${query}`);
    assert.equal(status, 400, query);
    assert.equal(body.error.field, field, query);
  }
});

test('viewers read, only administrators change, and strangers get nothing', async (t) => {
  const { api, user, operator, clock } = await office(t);
  const ana = await user('ana@example.com');
  const as = async (role: 'viewer' | 'approver' | 'admin') => ({
    authorization: `Bearer ${(await operator(role)).token}`,
  });
  const viewer = await as('viewer');
  const approver = await as('approver');
  assert.equal((await api('/api/admin/users', { headers: viewer })).status, 200);
  assert.equal((await api(`/api/admin/users/${ana.id}/stats`, { headers: viewer })).status, 200);
  const changes: [path: string, method: string, body?: unknown][] = [
    ['/api/admin/users', 'POST', { email: 'x@example.com' }],
    [`/api/admin/users/${ana.id}`, 'PUT', { name: 'x' }],
    [`/api/admin/users/${ana.id}`, 'DELETE'],
    [`/api/admin/users/${ana.id}/tokens`, 'POST', { amount: 1, reason: 'x' }],
    [`/api/admin/users/${ana.id}/suspend`, 'POST', { reason: 'x' }],
    [`/api/admin/users/${ana.id}/activate`, 'POST'],
    [`/api/admin/users/${ana.id}/block`, 'POST'],
    [`/api/admin/users/${ana.id}/reset-usage`, 'POST', { reason: 'x' }],
    [`/api/admin/users/${ana.id}/export`, 'GET'],
    ['/api/admin/users/bulk', 'POST', { ids: [ana.id], action: { kind: 'block' }, preview: true }],
    [`/v1/admin/users/${ana.id}/add-tokens`, 'POST', { amount: 1, reason: 'x' }],
  ];
  for (const [path, method, body] of changes) {
    clock.advance(1_000);
    for (const headers of [viewer, approver]) {
      assert.equal((await api(path, { method, body, headers })).status, 403, `${method} ${path}`);
    }
    assert.equal((await api(path, { method, body, headers: { authorization: 'Bearer nonsense' } })).status, 401);
  }
  const { body } = await api(`/api/admin/users/${ana.id}`);
  assert.deepEqual(body, ana);
});

test('the older paths list users and add tokens with an operator token', async (t) => {
  const { api, user } = await office(t);
  const ana = await user('ana@example.com');
  assert.equal((await api('/v1/admin/users')).body.items[0].id, ana.id);
  const added = await api(`/v1/admin/users/${ana.id}/add-tokens`, { body: { amount: 250, reason: 'script' } });
  assert.equal(added.status, 200);
  assert.equal(added.body.credits, 250);
});

test('the older path of the list knows filters that are written as lists, too', async (t) => {
  const { api, user } = await office(t);
  await user('ana@example.com');
  const bob = await user('bob@example.com');
  await api(`/api/admin/users/${bob.id}/block`, { method: 'POST' });
  for (const path of ['/api/admin/users', '/v1/admin/users']) {
    const { items } = (await api(`${path}?status[]=blocked`)).body;
    assert.deepEqual(
      items.map(({ email }: { email: string }) => email),
      ['bob@example.com'],
      path,
    );
  }
});

test('a language is one that users are told things in, however it is written', async (t) => {
  const { api, user } = await office(t);
  const { id } = await user('ana@example.com', { locale: 'pt' });
  const localeOf = async () => (await api(`/api/admin/users/${id}/profile`)).body.locale;
  assert.equal(await localeOf(), 'pt-BR');
  for (const [given, kept] of [
    ['en-US', 'en'],
    ['pt_BR', 'pt-BR'],
    ['EN', 'en'],
    ['pt-br', 'pt-BR'],
    [null, null],
  ] as const) {
    const { status } = await api(`/api/admin/users/${id}`, { method: 'PUT', body: { locale: given } });
    assert.deepEqual([status, await localeOf()], [200, kept], String(given));
  }
  for (const locale of ['fr', 'zz-bogus<script>', '', 'english', 5]) {
    const { status, body } = await api(`/api/admin/users/${id}`, { method: 'PUT', body: { locale } });
    assert.deepEqual([status, body.error.field], [400, 'locale'], String(locale));
  }
  const csv = 'email,locale\nana@example.com,pt_BR';
  assert.equal((await api('/api/admin/users/import', { body: { csv, reason: 'x' } })).body.changed, 1);
  assert.equal(await localeOf(), 'pt-BR');
});
