/** Files of what waits for people: requests, alerts, jobs, mails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import { newId } from '../../gateway/db/ids.ts';
import { type Portal, portal } from '../portal/portal-kit.ts';

async function take({ url, ownerToken }: Portal, body: object, token = ownerToken): Promise<Response> {
  return fetch(`${url}/api/admin/reports/export`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function rowsOf(kit: Portal, body: object): Promise<Record<string, string>[]> {
  const answer = await take(kit, body);
  assert.equal(answer.status, 200, await answer.clone().text());
  return parse(await answer.text(), { bom: true, columns: true });
}

test('requests leave with what was asked for and granted, the filters of the screen, and their sums', async (t) => {
  const kit = await portal(t);
  const ana = await kit.person('ana@example.com', { name: '=Ana' });
  const bob = await kit.person('bob@example.com');
  const first = await kit.ask(ana, 500_000);
  await kit.ask(ana, 20_000);
  await kit.ask(bob, 7_000, 'Only a little');
  await kit.api(`/api/admin/requests/${first}/approve`, { body: { amount: 400_000, note: 'For now' } });

  const rows = await rowsOf(kit, { type: 'tickets', filters: { user: ana.id, sort: '-amount' } });
  assert.deepEqual(
    rows.map((row) => [row.Request, row.User, row.Status, row['Asked for'], row.Granted, row.Answer]),
    [
      ['#1001', "'=Ana", 'Approved', '500000', '400000', 'For now'],
      ['#1002', "'=Ana", 'Waiting', '20000', '', ''],
      ['', '', '', '520000', '400000', ''],
    ],
  );
  assert.equal(rows.at(-1)?.['Time (UTC)'], 'Total');
  const list = (await kit.api(`/api/admin/requests?user=${ana.id}&limit=1`)).body;
  assert.deepEqual([list.total, list.sums], [2, { asked: 520_000, granted: 400_000 }], 'as the screen says');
  const open = await rowsOf(kit, { type: 'tickets', columns: ['ticket', 'message'], filters: { status: ['open'] } });
  assert.deepEqual(open.map((row) => Object.values(row)).sort(), [
    ['#1002', 'Release week'],
    ['#1003', 'Only a little'],
  ]);
});

test('a limit that is asked for adds up to no tokens', async (t) => {
  const kit = await portal(t);
  const ana = await kit.person('ana@example.com');
  await kit.ask(ana, 1_000);
  const asked = await ana.call('/api/support/contact', {
    body: { kind: 'limit_change', message: 'More, please', amount: 9_000_000 },
  });
  assert.equal(asked.status, 201, JSON.stringify(asked.body));
  const { sums, total } = (await kit.api('/api/admin/requests')).body;
  assert.deepEqual([total, sums], [2, { asked: 1_000, granted: 0 }]);
  const rows = await rowsOf(kit, { type: 'tickets', filters: { sort: 'number' } });
  assert.deepEqual(
    rows.map((row) => [row['Asked for'], row['Monthly limit']]),
    [
      ['1000', ''],
      ['', '9000000'],
      ['1000', ''],
    ],
  );
});

test('alerts leave as they are filtered: open ones unless others are asked for', async (t) => {
  const kit = await portal(t);
  const ana = await kit.person('ana@example.com', { name: 'Ana' });
  const { db, clock } = kit.context;
  const at = clock.now();
  const alert = (more: Partial<typeof db.tables.alerts.$inferInsert>) => ({
    id: newId('alr', at),
    kind: 'warning' as const,
    userId: null,
    period: '2026-11',
    details: {},
    createdAt: at,
    dedupeKey: newId('alr', at),
    ...more,
  });
  await db
    .insert(db.tables.alerts)
    .values([
      alert({ userId: ana.id, details: { share: 81, threshold: 80 } }),
      alert({ kind: 'system', details: { check: 'disk' }, resolvedAt: at + 1, resolvedBy: 'system' }),
    ]);
  const open = await rowsOf(kit, { type: 'alerts' });
  assert.deepEqual(
    open.map((row) => [row.Kind, row.User, row['Share used (%)'], row.About]),
    [['Near the limit', 'Ana', '81', '']],
  );
  const resolved = await rowsOf(kit, { type: 'alerts', filters: { status: 'resolved' } });
  assert.deepEqual(
    resolved.map((row) => [row.Kind, row.About, row['Resolved by']]),
    [['Gateway', 'disk', 'system']],
  );
});

test('jobs and mails leave with their problems, as a workbook, too, and to administrators alone', async (t) => {
  const kit = await portal(t);
  const ana = await kit.person('ana@example.com');
  await kit.context.jobs.start({ kind: 'verify', params: {}, operatorId: null, slot: null }, async () => {
    throw new Error('The disk is gone.');
  });
  await kit.context.jobs.idle();
  const [job] = await rowsOf(kit, { type: 'jobs', filters: { status: ['failed'] } });
  assert.deepEqual([job?.Kind, job?.Status, job?.['Started by']], ['verify', 'failed', 'operator']);
  assert.notEqual(job?.Problem, '');
  assert.deepEqual(await rowsOf(kit, { type: 'jobs', filters: { status: ['cancelled'] } }), []);

  await kit.api(`/api/admin/users/${ana.id}/message`, { body: { subject: 'Hello', body: 'You.' } });
  const mails = await rowsOf(kit, { type: 'outbox', filters: { kind: ['message'] } });
  assert.deepEqual(
    mails.slice(0, -1).map((row) => [row.Kind, row.To, row.Status]),
    [['message', 'ana@example.com', 'waiting']],
  );
  const workbook = await take(kit, { type: 'outbox', format: 'xlsx', locale: 'pt-BR' });
  const files = unzipSync(new Uint8Array(await workbook.arrayBuffer()));
  const texts = Object.values(files).map((bytes) => Buffer.from(bytes).toString());
  assert.ok(texts.some((text) => text.includes('ana@example.com')));
  assert.ok(texts.some((text) => text.includes('Tentativas')));

  const viewer = await kit.operator('viewer');
  for (const type of ['jobs', 'outbox', 'audit']) {
    const refused = await take(kit, { type }, viewer.token);
    assert.equal(refused.status, 403, type);
    assert.equal(((await refused.json()) as { error: { code: string } }).error.code, 'forbidden');
  }
  assert.equal((await take(kit, { type: 'tickets' }, viewer.token)).status, 200);
  const { body: taken } = await kit.api('/api/admin/audit?action=report.exported');
  assert.equal(taken.total, 5, 'what was refused did not leave');
});

test('the audit log leaves as it is filtered, with the columns that are wanted, in every format', async (t) => {
  const kit = await portal(t);
  const ana = await kit.person('ana@example.com');
  await kit.api(`/api/admin/users/${ana.id}/suspend`, { body: { reason: '=1+1 is no reason' } });
  const all = await rowsOf(kit, { type: 'audit' });
  const suspended = all.find((row) => row['What was done'] === 'user.suspended');
  assert.deepEqual(
    [suspended?.['To what'], suspended?.['Id of what'], suspended?.Reason],
    ['ana', ana.id, "'=1+1 is no reason"],
    'formulas are neutralised',
  );
  const { items } = (await kit.api('/api/admin/audit?action=user.suspended')).body;
  assert.deepEqual([suspended?.Number, suspended?.Hash], [String(items[0].seq), items[0].hash]);
  assert.deepEqual(JSON.parse(suspended?.Details ?? ''), items[0].details);
  assert.deepEqual(
    all.map((row) => Number(row.Number)),
    all.map((_row, index) => all.length - index),
    'all of them, newest first',
  );

  const filters = { action: 'user', search: ana.id, from: '2000-01-01' };
  const some = await rowsOf(kit, { type: 'audit', filters, columns: ['seq', 'actor', 'action'] });
  assert.ok(some.length > 0 && some.length < all.length);
  assert.deepEqual(Object.keys(some[0] ?? {}), ['Number', 'Who', 'What was done']);
  assert.ok(some.every((row) => row['What was done']?.startsWith('user.')));
  for (const format of ['xlsx', 'pdf']) assert.equal((await take(kit, { type: 'audit', format })).status, 200, format);
  const { body } = await kit.api('/api/admin/audit?action=report.exported');
  assert.deepEqual(body.items.at(-2).details, { type: 'audit', format: 'csv', filters: ['action', 'from', 'search'] });
});

test('lists of what waits are refused with filters that they do not have', async (t) => {
  const kit = await portal(t);
  for (const body of [
    { type: 'tickets', filters: { status: ['lost'] } },
    { type: 'alerts', filters: { model: 'x' } },
    { type: 'jobs', filters: { search: 'x' } },
    { type: 'outbox', columns: ['password'] },
    { type: 'audit', filters: { from: 'yesterday' } },
    { type: 'audit', filters: { model: 'x' } },
  ]) {
    assert.equal((await take(kit, body)).status, 400, JSON.stringify(body));
  }
  assert.equal((await kit.api('/api/admin/audit?action=report.exported')).body.total, 0);
});
