/** Whoever reads usage records says what is no longer kept, and loses nothing else. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createGateway } from '../../gateway/gateway.ts';
import { mergeUser } from '../../gateway/identity/merge.ts';
import { openHold, spendTokens } from '../accounts/account-kit.ts';
import { temporaryDir, verifyBooks } from '../support/build.ts';
import { cli } from '../support/cli.ts';
import { createTestDatabase } from '../support/postgres-database.ts';
import { years } from './retention-kit.ts';

const NEXT = '2026-11-21';
const KEPT_FROM = Date.parse('2026-10-12T00:00:00Z');

test('the preview tells how many would go, as they are counted or by the daily figures', async (t) => {
  const { api, clock, context, records, run, set } = await years(t);
  const preview = async (days: unknown) => api(`/api/admin/settings/retention-preview?days=${days}`);
  clock.set(`${NEXT}T12:00:00Z`);
  assert.deepEqual((await preview(40)).body, { records: 13, isEstimate: false, before: '2026-10-12' });
  assert.deepEqual((await preview(36_500)).body.records, 0);
  for (const bad of [31, 36_501, 'all', 40.5]) {
    const { status, body } = await preview(bad);
    assert.deepEqual([status, body.error.field], [400, 'days'], String(bad));
  }
  assert.equal((await records()).length, 20, 'a preview deletes nothing');
  await set(40);
  await run('2026-11-22');
  assert.equal((await preview(40)).body.records, 0);

  const { usageRecords, dailyTotals } = context.db.tables;
  const [row] = await context.db.select().from(usageRecords).limit(1);
  assert.ok(row);
  for (let at = 0; at < 10_500; at += 500) {
    const rows = Array.from({ length: 500 }, (_, index) => ({
      ...row,
      id: `req_${KEPT_FROM.toString(16).padStart(12, '0')}${String(at + index).padStart(20, '0')}`,
      chargedTokens: 0,
      totalTokens: 0,
    }));
    await context.db.insert(usageRecords).values(rows);
  }
  const [total] = await context.db.select().from(dailyTotals).limit(1);
  assert.ok(total);
  await context.db.insert(dailyTotals).values({ ...total, day: '2026-10-13', requests: 123_456, chargedTokens: 0 });
  clock.set('2026-12-01T12:00:00Z');
  const { records: about, isEstimate } = (await preview(40)).body;
  assert.deepEqual([isEstimate, about], [true, 123_457]);
});

test('only whoever may change settings sees the preview, and keeping less is guarded like what cannot be had back', async (t) => {
  const { api, operator, set } = await years(t);
  const { token } = await operator('approver');
  const { status } = await api('/api/admin/settings/retention-preview?days=40', {
    headers: { authorization: `Bearer ${token}` },
  });
  assert.equal(status, 403);
  for (const bad of [31, 0, -1, 36_501, 'ever', 40.5]) {
    const { status: refused, body } = await api('/api/admin/settings', {
      method: 'PUT',
      body: { usageRetentionDays: bad },
    });
    assert.deepEqual([refused, body.error.field], [400, 'usageRetentionDays'], String(bad));
  }
  await set(40);
  const dangerous = (await api('/api/openapi.json')).body.paths['/api/admin/settings'].put;
  assert.ok(dangerous, 'it is described');
});

test('lists, details and files say what is no longer kept, and only where it was asked for', async (t) => {
  const { api, run, set, records, ana, clock } = await years(t);
  const [old = ''] = await records();
  await set(40);
  const list = async (query = '') => (await api(`/api/admin/usage${query}`)).body;
  assert.equal((await list()).keptFrom, null);
  await run(NEXT);
  const [young = ''] = await records();
  assert.equal((await list()).keptFrom, KEPT_FROM);
  assert.deepEqual(
    await list('?from=2026-03-01&to=2026-03-31'),
    { items: [], nextCursor: null, total: 0, totalIsMore: false, keptFrom: KEPT_FROM },
    'not as if nothing had happened',
  );
  assert.equal((await list('?from=2026-10-11')).keptFrom, KEPT_FROM);
  assert.equal((await list('?from=2026-10-12')).keptFrom, null);
  assert.equal((await api(`/api/admin/users/${ana}/usage`)).body.keptFrom, KEPT_FROM);

  const gone = await api(`/api/admin/usage/${old}`);
  assert.deepEqual([gone.status, gone.body.error.code], [404, 'usage_not_kept']);
  const unknown = await api(`/api/admin/usage/${young.slice(0, -1)}${young.endsWith('0') ? '1' : '0'}`);
  assert.deepEqual([unknown.status, unknown.body.error.code], [404, 'usage_not_found']);

  const debits = (await api(`/api/admin/ledger?user=${ana}&kind=debit&sort=createdAt`)).body;
  assert.equal(debits.total, 13);
  assert.deepEqual(
    debits.items.map(({ usageId }: { usageId: string | null }) => usageId !== null),
    [...Array(7).fill(false), ...Array(6).fill(true)],
    'a debit names its request while that is kept',
  );
  // Page by page, across the border.
  const paged: string[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await api(`/api/admin/ledger?user=${ana}&kind=debit&sort=createdAt&limit=2${more}`);
    paged.push(...body.items.map(({ id }: { id: string }) => id));
    cursor = body.nextCursor;
    clock.advance(100);
  } while (cursor !== null);
  assert.deepEqual(
    paged,
    debits.items.map(({ id }: { id: string }) => id),
  );

  const file = async (filters: object) =>
    (await api('/api/admin/reports/export', { body: { type: 'records', format: 'csv', locale: 'en', filters } })).body;
  assert.match(await file({}), /no longer kept one by one\. These begin at 2026-10-12 00:00:00 \(UTC\)\r\n$/);
  assert.doesNotMatch(await file({ from: '2026-11-01' }), /no longer kept/);
  for (const format of ['xlsx', 'pdf']) {
    const { status } = await api('/api/admin/reports/export', {
      body: { type: 'records', format, locale: 'pt-BR', filters: {} },
    });
    assert.equal(status, 200, format);
  }
});

test('a user’s own data say what is left, and their statement and ledger are whole', async (t) => {
  const { api, run, set, ana } = await years(t);
  const exported = async () => {
    const { body } = await api(`/api/admin/users/${ana}/export`);
    return typeof body === 'string' ? JSON.parse(body) : body;
  };
  const before = await exported();
  assert.deepEqual([before.usageKeptFrom, before.usage.length], [null, 13]);
  await set(40);
  await run(NEXT);
  const after = await exported();
  assert.equal(after.usageKeptFrom, KEPT_FROM);
  assert.equal(after.usage.length, 6);
  assert.deepEqual(after.days, before.days);
  assert.deepEqual(after.periods, before.periods);
  const amounts = (entries: { id: string; usageId: unknown }[]) => entries.map(({ usageId: _name, ...entry }) => entry);
  assert.deepEqual(amounts(after.ledger), amounts(before.ledger));
});

test('users are merged and erased with the debits whose records are gone', async (t) => {
  const { context, run, set, ana, bob, api, dataDir } = await years(t);
  await set(40);
  await run(NEXT);
  const debits = async (user: string) => (await api(`/api/admin/ledger?user=${user}&kind=debit`)).body.total;
  assert.deepEqual([await debits(ana), await debits(bob)], [13, 7]);
  await context.db.tx((tx) => mergeUser(context, tx, { from: ana, into: bob, actor: { kind: 'system', id: null } }));
  assert.deepEqual([await debits(ana), await debits(bob)], [0, 20]);
  assert.equal((await verifyBooks(dataDir)).ok, true);
  const { status } = await api(`/api/admin/users/${bob}`, { method: 'DELETE', body: { reason: 'left' } });
  assert.ok(status < 300, String(status));
  assert.equal((await verifyBooks(dataDir)).ok, true);
});

test('verify still misses a record of the kept days, and a debit that lets go of it', async (t) => {
  const { context, run, set, dataDir, ana } = await years(t);
  const { db } = context;
  const { usageRecords, ledgerEntries } = db.tables;
  await set(40);
  await run(NEXT);
  const failed = async () => {
    const { checks } = await verifyBooks(dataDir);
    return checks.flatMap(({ id, ok, problems }) => (ok ? [] : [[id, problems.length]]));
  };
  assert.deepEqual(await failed(), []);
  const id = await spendTokens(context, { userId: ana, tokens: 1 });
  const [row] = await db.select().from(usageRecords).orderBy(usageRecords.id).limit(1);
  assert.ok(row && row.id < id);
  const { eq } = await import('drizzle-orm');
  await db.delete(usageRecords).where(eq(usageRecords.id, row.id));
  assert.deepEqual(await failed(), [['debit_records', 1]]);
  await db.update(ledgerEntries).set({ usageId: null }).where(eq(ledgerEntries.usageId, row.id));
  assert.deepEqual(await failed(), [['debit_records', 1]], 'that was no deletion by the clock');
  await db.insert(usageRecords).values(row);
  await db
    .update(ledgerEntries)
    .set({ usageId: row.id })
    .where(eq(ledgerEntries.id, row.id.replace('req_', 'led_')));
  assert.deepEqual(await failed(), []);
  const { dailyRollups } = db.tables;
  await db.update(dailyRollups).set({ chargedTokens: 1 }).where(eq(dailyRollups.day, '2026-03-10'));
  assert.deepEqual(
    (await failed()).map(([check]) => check),
    ['rollups', 'daily_totals'],
    'figures of days whose records are gone cannot be altered unseen',
  );
});

test('a request that is no longer kept can be asked about, without its id', async (t) => {
  const { api, run, set, records, ana } = await years(t);
  const [old = ''] = await records();
  const made = await api('/api/admin/keys', { body: { kind: 'personal', name: 'script', userId: ana } });
  const entered = await api('/api/portal/enter', { headers: { authorization: '' }, body: { key: made.body.secret } });
  const ask = (body: object) =>
    api('/api/support/contact', { headers: { authorization: `Bearer ${entered.body.token}` }, body });
  await set(40);
  await run(NEXT);
  const again = await api('/api/portal/enter', { headers: { authorization: '' }, body: { key: made.body.secret } });
  entered.body.token = again.body.token;
  const refused = await ask({ kind: 'support', message: 'Why?', requestId: old });
  assert.deepEqual(
    [refused.status, refused.body.error.code, refused.body.error.field],
    [404, 'request_not_kept', 'requestId'],
  );
  assert.equal((await ask({ kind: 'support', message: 'Why?' })).status, 201);
});

test('backups, exports and moves hold what is left, and a restored backup loses its old records again', async (t) => {
  const built = await years(t, { engine: 'sqlite' });
  const { dataDir, set, run, ana, context } = built;
  await openHold(context, { userId: ana, tokens: 3 });
  await set(40);
  const early = join(dataDir, 'early.solaris-backup');
  assert.equal((await cli(['backup', early, '--data-dir', dataDir])).code, 0);
  await run(NEXT);
  const late = join(dataDir, 'late.solaris-backup');
  assert.equal((await cli(['backup', late, '--data-dir', dataDir])).code, 0);
  for (const file of [early, late]) {
    const verified = await cli(['verify', '--file', file]);
    assert.equal(verified.code, 0, verified.out);
  }
  const exported = await cli(['export', 'usage', '--data-dir', dataDir]);
  assert.match(exported.err, /before 2026-10-12T00:00:00\.000Z were deleted/);
  assert.equal(exported.out.trim().split('\n').length, 1 + 8);
  await built.gateway.stop();

  const target = await createTestDatabase(false);
  t.after(() => target.drop());
  const moved = await cli(['migrate', '--to', target.url, '--data-dir', dataDir]);
  assert.equal(moved.code, 0, moved.err);

  const folder = temporaryDir(t);
  const restored = await cli(['restore', early, '--without-secrets', '--data-dir', folder]);
  assert.equal(restored.code, 0, restored.err);
  const gateway = await createGateway({ dataDir: folder, flags: { port: 0 }, clock: built.clock });
  t.after(() => gateway.stop());
  const { usageRecords } = gateway.context.db.tables;
  assert.equal(await gateway.context.db.$count(usageRecords), 21);
  built.clock.set(`${NEXT}T05:00:00Z`);
  assert.equal(await gateway.background.retention.look(), true);
  await gateway.context.jobs.idle();
  assert.equal(await gateway.context.db.$count(usageRecords), 8, 'with the one that the backup cut');
});
