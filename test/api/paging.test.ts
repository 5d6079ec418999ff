import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq, sql } from 'drizzle-orm';
import { inOrderOf, pageOf } from '../../gateway/api/paging.ts';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';

type Row = { id: string; email: string; lastLoginAt: number | null };

/** A gateway with 23 operators, some of whom share a value or have none. */
async function withOperators(t: Parameters<typeof build>[0]) {
  const clock = testClock();
  const built = await build(t, { clock });
  const { db } = built.context;
  const { operators } = db.tables;
  for (let i = 0; i < 22; i += 1) {
    const { id } = await built.operator('viewer');
    const lastLoginAt = i % 3 === 0 ? null : 1_000 + (i % 5);
    await db.update(operators).set({ lastLoginAt }).where(eq(operators.id, id));
  }
  const pages = async (query: string): Promise<Row[]> => {
    const all: Row[] = [];
    for (let cursor: string | null = '', calls = 0; cursor !== null && calls < 50; calls += 1) {
      clock.advance(1_000);
      const { status, body } = await built.api(`/api/admin/operators?${query}${cursor && `&cursor=${cursor}`}`);
      assert.equal(status, 200);
      assert.equal(body.total, 23);
      all.push(...body.items);
      cursor = body.nextCursor;
    }
    return all;
  };
  return { ...built, pages };
}

test('pages join to the whole list, in either direction, with equals and blanks', async (t) => {
  const { pages } = await withOperators(t);
  for (const sort of ['lastLoginAt', '-lastLoginAt', 'email', '-createdAt', 'role']) {
    const whole = await pages(`sort=${sort}&limit=200`);
    assert.equal(whole.length, 23);
    for (const limit of [1, 4, 23]) {
      const joined = await pages(`sort=${sort}&limit=${limit}`);
      assert.deepEqual(
        joined.map(({ id }) => id),
        whole.map(({ id }) => id),
        `${sort} by ${limit}`,
      );
    }
  }
});

test('rows without a value come last in both directions', async (t) => {
  const { pages } = await withOperators(t);
  for (const [sort, sign] of [
    ['lastLoginAt', 1],
    ['-lastLoginAt', -1],
  ] as const) {
    const values = (await pages(`sort=${sort}&limit=5`)).map((row) => row.lastLoginAt);
    const known = values.filter((value) => value !== null);
    assert.deepEqual(
      known,
      [...known].sort((a, b) => sign * (a - b)),
    );
    assert.ok(values.slice(known.length).every((value) => value === null));
    assert.equal(known.length, 14);
  }
});

test('the search finds text anywhere, in any case, and takes no wildcards', async (t) => {
  const { api, operator, context } = await withOperators(t);
  const { db } = context;
  const { operators } = db.tables;
  const { id } = await operator('viewer');
  await db.update(operators).set({ name: 'Ana 100%_\\ Sol' }).where(eq(operators.id, id));
  const found = async (search: string) => {
    const { body } = await api(`/api/admin/operators?search=${encodeURIComponent(search)}`);
    return [body.total, body.items.length];
  };
  assert.deepEqual(await found('ANA'), [1, 1]);
  assert.deepEqual(await found('100%_\\'), [1, 1]);
  assert.deepEqual(await found('a%l'), [0, 0]);
  assert.deepEqual(await found('a_a'), [0, 0]);
  assert.deepEqual(await found(`' or 1=1 --`), [0, 0]);
});

test('bad list queries are refused with the field at fault', async (t) => {
  const { api } = await withOperators(t);
  const first = await api('/api/admin/operators?limit=5&sort=email');
  const { nextCursor } = first.body;
  for (const [query, code, field] of [
    ['limit=0', 'invalid_input', 'limit'],
    ['limit=201', 'invalid_input', 'limit'],
    ['limit=x', 'invalid_input', 'limit'],
    ['sort=passwordHash', 'invalid_sort', 'sort'],
    ['sort=__proto__', 'invalid_input', 'sort'],
    ['sort=constructor', 'invalid_sort', 'sort'],
    ['cursor=garbage', 'invalid_cursor', 'cursor'],
    [`cursor=${Buffer.from('["email",{"a":1},"x"]').toString('base64url')}&sort=email`, 'invalid_cursor', 'cursor'],
    [`cursor=${nextCursor}&sort=-email`, 'invalid_cursor', 'cursor'],
    [`cursor=${nextCursor}&sort=name`, 'invalid_cursor', 'cursor'],
  ]) {
    const { status, body } = await api(`/api/admin/operators?${query}`);
    assert.deepEqual([status, body.error.code, body.error.field], [400, code, field], query);
  }
});

test('only a first page that holds everything tells the total by itself', async () => {
  const order = { fields: { name: sql`name` }, texts: ['name'], id: sql`id`, fallback: 'name' } as const;
  const counted = async (rows: number, cursor?: string) => {
    const page = pageOf({ limit: 2, ...(cursor === undefined ? {} : { cursor }) }, order);
    return page.total(Array.from({ length: rows }), async () => 99);
  };
  assert.equal(await counted(0), 0);
  assert.equal(await counted(2), 2);
  assert.equal(await counted(3), 99, 'one row more than is shown: there are further pages');
  const cursor = Buffer.from(JSON.stringify(['name', 'b', 'id'])).toString('base64url');
  assert.equal(await counted(1, cursor), 99, 'the last page is not everything');
});

test('rows stand in the order of their keys, and one that has gone meanwhile is left out', () => {
  const keys = ['c', 'a', 'b'].map((id) => ({ sortValue: 1, sortId: id }));
  const rows = [{ id: 'a' }, { id: 'c' }];
  assert.deepEqual(
    inOrderOf(keys, rows, ({ id }) => id),
    [
      { id: 'c', sortValue: 1, sortId: 'c' },
      { id: 'a', sortValue: 1, sortId: 'a' },
    ],
  );
});

test('a cursor that a list could not have given is refused, whatever is wrong with it', async (t) => {
  const clock = testClock();
  const { api, context } = await build(t, { clock });
  const { db } = context;
  const at = { createdAt: 60_000, lastAt: 60_000, statusCode: 429, endpoint: '/v1/models', message: 'x', requests: 1 };
  await db.insert(db.tables.refusals).values({ id: 'ref_1', code: 'x', minute: 60_000, ...at });
  const lists: [path: string, sort: string, good: unknown, other: unknown][] = [
    ['/api/admin/users', 'name', 'ana', 5],
    ['/api/admin/users', 'email', 'ana', 5],
    ['/api/admin/users', 'status', 'active', 5],
    ['/api/admin/users', 'used', 5, 'ana'],
    ['/api/admin/users', 'usagePercent', 5, 'ana'],
    ['/api/admin/users', 'lastSeenAt', 5, 'ana'],
    ['/api/admin/users', '-createdAt', 5, 'ana'],
    ['/api/admin/audit', '-at', 5, 'ana'],
    ['/api/admin/ledger', '-createdAt', 5, 'ana'],
    ['/api/admin/refusals', '-createdAt', 5, 'ana'],
    ['/api/admin/usage', '-createdAt', 'req_5', 5],
    ['/api/admin/plans', 'name', 'ana', 5],
    ['/api/admin/models', 'id', 'ana', 5],
    ['/api/admin/alerts', 'kind', 'ana', 5],
    ['/api/admin/requests', 'urgency', 5, 'ana'],
    ['/api/admin/outbox', '-createdAt', 5, 'ana'],
    ['/api/admin/reports/usage?groupBy=user', '-tokens', 5, 'ana'],
    ['/api/admin/reports/usage?groupBy=day', 'key', '2026-11-01', 5],
  ];
  for (const [path, sort, good, other] of lists) {
    const call = (cursor: unknown) => {
      clock.advance(1_000);
      const text = Buffer.from(JSON.stringify(cursor)).toString('base64url');
      const query = path.includes('/reports/') ? '' : `sort=${sort}&`;
      return api(`${path}${path.includes('?') ? '&' : '?'}${query}limit=1&cursor=${text}`);
    };
    const id = sort === '-at' ? '5' : 'm:5';
    assert.equal((await call([sort, good, id])).status, 200, `${path} ${sort}`);
    const wrong = [
      [sort, other, id],
      [sort, 1.5, id],
      [sort, 1e300, id],
      [sort, '\0', id],
      [sort, good, '\0'],
      [sort, good, 5],
      [sort, [good], id],
      [sort, good],
      [`-${sort}`, good, id],
      ...(sort === '-at' ? [[sort, good, 'x']] : []),
      ...(['lastSeenAt', 'urgency', 'email'].includes(sort) ? [] : [[sort, null, id]]),
    ];
    for (const cursor of wrong) {
      const { status, body } = await call(cursor);
      assert.deepEqual([status, body.error?.code], [400, 'invalid_cursor'], `${path} ${JSON.stringify(cursor)}`);
    }
  }
});
