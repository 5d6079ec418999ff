import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';

/** Six entries of two actors on two targets, a minute apart. */
async function withEntries(t: TestContext, first = '2026-11-20T12:00:00Z', timeZone = 'UTC') {
  const clock = testClock(first);
  const built = await build(t, { clock, flags: { timeZone } });
  const { db, audit } = built.context;
  const ana = await built.operator('admin');
  const { apiTokens } = db.tables;
  const tokens = await db.select().from(apiTokens);
  const tokenId = tokens.find(({ operatorId }) => operatorId === ana.id)?.id ?? '';
  const start = clock.now();
  for (let i = 0; i < 6; i += 1) {
    await db.tx((tx) =>
      audit.write(tx, {
        actor: i % 2 === 0 ? { kind: 'operator', id: ana.id } : { kind: 'token', id: tokenId },
        action: i < 4 ? 'user.suspended' : 'user_group.changed',
        target: { kind: 'user', id: i < 3 ? 'usr_1' : 'usr_2' },
        details: { i },
        ...(i === 0
          ? { personal: { subjectId: 'usr_1', data: { reason: '=HYPERLINK("x"), "quoted"\nand more' } } }
          : {}),
      }),
    );
    clock.advance(60_000);
  }
  return { ...built, clock, ana, tokenId, start };
}

test('entries are listed newest first, with who acted and what is told of persons', async (t) => {
  const { api, ana, tokenId } = await withEntries(t);
  const { body } = await api('/api/admin/audit');
  assert.equal(body.total, 6);
  assert.deepEqual(
    body.items.map((entry: { details: { i: number } }) => entry.details.i),
    [5, 4, 3, 2, 1, 0],
  );
  const [byToken, byOperator] = body.items;
  const email = `${ana.id}@example.com`;
  assert.deepEqual([byOperator.actorKind, byOperator.actorId, byOperator.actorName], ['operator', ana.id, email]);
  assert.deepEqual([byToken.actorKind, byToken.actorId, byToken.actorName], ['token', tokenId, email]);
  assert.deepEqual(Object.keys(body.items.at(-1).personal), ['reason']);
  assert.equal(byToken.personal, null);
});

test('users, operators, keys and requests are called by their names, and by nothing once they are gone', async (t) => {
  const { api, context } = await build(t);
  const { db, audit } = context;
  const { id } = (await api('/api/admin/users', { body: { email: 'ana@example.com', name: 'Ana Lima' } })).body;
  const { key } = (await api('/api/admin/keys', { body: { kind: 'personal', name: 'editor', userId: id } })).body;
  const acted = (kind: 'user' | 'key', actor: string, target: { kind: string; id: string }) =>
    db.tx((tx) => audit.write(tx, { actor: { kind, id: actor }, action: 'test.done', target, details: {} }));
  await acted('user', id, { kind: 'key', id: key.id });
  await acted('key', key.id, { kind: 'user', id });
  await acted('user', 'usr_gone', { kind: 'plan', id: 'basic' });
  const { items } = (await api('/api/admin/audit?action=test')).body;
  assert.deepEqual(
    items.map(({ actorName, targetName }: Record<string, unknown>) => [actorName, targetName]),
    [
      [null, null],
      ['editor', 'Ana Lima'],
      ['Ana Lima', 'editor'],
    ],
  );
});

test('the filters combine, and pages join', async (t) => {
  const { api, ana, start } = await withEntries(t);
  const found = async (query: string) => {
    const { body } = await api(`/api/admin/audit?${query}`);
    return body.items.map((entry: { details: { i: number } }) => entry.details.i);
  };
  assert.deepEqual(await found(`actor=${ana.id}`), [4, 2, 0]);
  assert.deepEqual(await found('actorKind=token'), [5, 3, 1]);
  assert.deepEqual(await found('target=usr_1&actorKind=token'), [1]);
  assert.deepEqual(await found('action=user.suspended&target=usr_2'), [3]);
  assert.deepEqual(await found('action=user'), [3, 2, 1, 0], 'a whole kind of acts, but not user_group');
  assert.deepEqual(await found(`from=${start + 60_000}&to=${start + 180_000}`), [2, 1]);
  assert.deepEqual(await found('search=GROUP'), [5, 4]);
  assert.deepEqual(await found('sort=at&limit=2'), [0, 1]);
  const first = await api('/api/admin/audit?limit=4&target=usr_2');
  assert.deepEqual([first.body.total, first.body.nextCursor], [3, null]);
  const page = await api('/api/admin/audit?limit=4');
  const rest = await found(`limit=4&cursor=${page.body.nextCursor}`);
  assert.deepEqual(rest, [1, 0]);
  assert.equal((await api('/api/admin/audit?action=%25')).status, 400);
  assert.equal((await api('/api/admin/audit?actorKind=nobody')).status, 400);
});

test('days are those of the reporting zone, the last one included, in the list and in the export', async (t) => {
  const { api } = await withEntries(t, '2026-11-20T14:57:00Z', 'Asia/Tokyo');
  const listed = async (query: string) => {
    const { body } = await api(`/api/admin/audit?action=user&${query}`);
    return body.items.map((entry: { details: { i: number } }) => entry.details.i);
  };
  assert.deepEqual(await listed('to=2026-11-20'), [2, 1, 0]);
  assert.deepEqual(await listed('from=2026-11-21'), [3]);
  assert.deepEqual(await listed('from=2026-11-20&to=2026-11-21'), [3, 2, 1, 0]);
  const file = await api('/api/admin/audit/export?format=json&action=user&from=2026-11-20&to=2026-11-20');
  assert.deepEqual(
    file.body.map((entry: { details: { i: number } }) => entry.details.i),
    [2, 1, 0],
  );
  assert.equal((await api('/api/admin/audit?from=2026-02-30')).status, 400);
});

test('the export has all that the filters let through, and no cell that a spreadsheet would run', async (t) => {
  const { api } = await withEntries(t);
  const csv = await api('/api/admin/audit/export?target=usr_1');
  assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/);
  assert.match(csv.headers.get('content-disposition') ?? '', /attachment; filename="audit-log\.csv"/);
  const lines = csv.body.split('\r\n');
  assert.equal(lines.length, 1 + 3 + 1, 'a head, three entries, and the end of the last line');
  assert.match(lines[0], /seq,at,actorKind/);
  assert.match(lines[1], /^3,2026-11-20T12:02:00\.000Z,operator,/);
  const json = await api('/api/admin/audit/export?format=json&target=usr_1');
  assert.deepEqual(
    json.body.map((entry: { seq: number }) => entry.seq),
    [3, 2, 1],
  );
  assert.match(json.body[2].personal.reason, /^=HYPERLINK/, 'JSON is data, not a sheet');
  const exports = await api('/api/admin/audit?action=audit.exported');
  assert.equal(exports.body.total, 2, 'taking a copy is an act itself');
  const empty = await api('/api/admin/audit/export?format=json&target=nobody');
  assert.deepEqual(empty.body, []);
});

test('the log can be checked by a call', async (t) => {
  const { api, context } = await withEntries(t);
  const { auditLog } = context.db.tables;
  const whole = await api('/api/admin/audit/verify');
  assert.deepEqual([whole.body.problem, whole.body.entries], [null, 6]);
  await context.db.update(auditLog).set({ action: 'user.praised' });
  const tampered = await api('/api/admin/audit/verify');
  assert.deepEqual(tampered.body.problem, { kind: 'altered', seq: 1 });
});

test('viewers and approvers do not see the log', async (t) => {
  const { api, operator } = await withEntries(t);
  for (const role of ['viewer', 'approver'] as const) {
    const { token } = await operator(role);
    const answer = await api('/api/admin/audit', { headers: { authorization: `Bearer ${token}` } });
    assert.equal(answer.status, 403);
  }
});
