import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import { idTime } from '../../gateway/db/ids.ts';
import { createRetentionSchedule } from '../../gateway/retention/schedule.ts';
import { openHold, settleHold, spendTokens } from '../accounts/account-kit.ts';
import { verifyBooks } from '../support/build.ts';
import { figures, KEPT_FROM, TODAY, years } from './retention-kit.ts';

const NEXT = '2026-11-21';

test('old usage records go, young and open ones stay, and no figure, balance, entry or roll-up changes', async (t) => {
  const built = await years(t);
  const { context, clock, dataDir, api, run, records, set } = built;
  clock.set('2026-02-01T10:00:00Z');
  const open = await openHold(context, { userId: built.ana, tokens: 20 });
  clock.set(`${TODAY}T12:00:00Z`);
  await set(40);
  const before = await figures(built);
  const young = (await records()).filter((id) => idTime(id) >= Date.parse(`${KEPT_FROM}T00:00:00Z`));
  assert.equal(young.length, 8);

  assert.equal(await run(NEXT), true);
  const first = Date.parse('2026-10-12T00:00:00Z');
  assert.deepEqual(
    await records(),
    [open, ...young.filter((id) => idTime(id) >= first)],
    'whole days of the reporting zone stay, and what is in flight',
  );
  clock.set(`${TODAY}T12:00:00Z`);
  assert.deepEqual(await figures(built), before);
  const report = await verifyBooks(dataDir);
  assert.deepEqual(
    report.checks.filter(({ ok }) => !ok),
    [],
  );

  const { body: log } = await api('/api/admin/audit?action=usage.deleted');
  assert.equal(log.items.length, 1);
  const [entry] = log.items;
  assert.equal(entry.actorKind, 'system');
  assert.deepEqual(entry.details, { records: 13, before: '2026-10-12' });
  const { body: jobs } = await api('/api/admin/jobs?kind=retention');
  assert.equal(jobs.total, 1);
  const [job] = jobs.items;
  assert.deepEqual([job.status, job.origin, job.phase, job.done, job.total], ['done', 'schedule', 'delete', 13, 13]);
  assert.deepEqual(job.result, { records: 13, isComplete: true });
  assert.match(await (await fetch(`${built.url}/metrics`)).text(), /ia_solaris_usage_records_deleted_total 13/);

  await settleHold(context, open, { userId: built.ana, tokens: 20 });
  assert.equal((await verifyBooks(dataDir)).ok, true, 'what was in flight is debited like ever');
  assert.equal(await run('2026-11-22'), true, 'and goes in the next night');
  assert.ok(!(await records()).includes(open));
});

test('nothing is deleted while no days are set, nor in the same day, before four in the morning, or twice', async (t) => {
  const { context, clock, run, records, set } = await years(t);
  const all = await records();
  assert.equal(await run(NEXT), false);
  assert.deepEqual(await records(), all);

  const schedule = createRetentionSchedule(context);
  clock.set('2026-11-21T12:00:00Z');
  await set(300);
  assert.equal(await schedule.look(), false, 'a mistake can be undone until the next morning');
  clock.set('2026-11-22T03:59:59Z');
  assert.equal(await schedule.look(), false);
  await set(null);
  assert.equal(await run('2026-11-22'), false);
  assert.deepEqual(await records(), all, 'what was taken back in time has deleted nothing');

  await set(300);
  assert.equal(await run('2026-11-23'), true, 'no restart is needed');
  assert.equal((await records()).length, all.length - 2, 'January');
  assert.equal(await run('2026-11-23'), false);
  clock.set('2026-11-23T18:00:00Z');
  await set(100);
  assert.equal(await run('2026-11-24'), true);
  assert.equal((await records()).length, all.length - 10);
  assert.equal(await run('2026-11-25'), false, 'nothing is old, so that no job says so every night');
});

test('the nights and days are those of the reporting zone', async (t) => {
  const { context, clock, records, set } = await years(t, { flags: { timeZone: 'America/Sao_Paulo' } });
  await set(40);
  const schedule = createRetentionSchedule(context);
  clock.set('2026-11-21T06:59:59Z');
  assert.equal(await schedule.look(), false);
  clock.set('2026-11-21T07:00:00Z');
  assert.equal(await schedule.look(), true);
  await context.jobs.idle();
  // 12 October 00:00 in London is still the 11th there.
  const [oldest = ''] = await records();
  assert.equal(new Date(idTime(oldest)).toISOString(), '2026-11-02T00:00:00.000Z');
});

test('two gateways that look at the same moment begin one run, and the second finds nothing left', async (t) => {
  const { context, clock, api, set, records } = await years(t);
  await set(40);
  clock.set(`${NEXT}T04:00:00Z`);
  const begun = await Promise.all([1, 2].map(() => createRetentionSchedule(context).look()));
  await context.jobs.idle();
  assert.deepEqual(begun.sort(), [false, true]);
  assert.equal((await api('/api/admin/jobs?kind=retention')).body.total, 1);
  assert.equal((await records()).length, 7);
});

test('a run that was cut short leaves books that agree, and goes on', async (t) => {
  const built = await years(t);
  const { run, records, set, dataDir, api, clock, context } = built;
  await set(40);
  clock.set(`${TODAY}T12:00:00Z`);
  const before = await figures(built);
  assert.equal(await run(NEXT, { batch: 2, longestMs: -1 }), true);
  const all = 20;
  assert.equal((await records()).length, all, 'no time was left for even one batch');
  clock.set(`${NEXT}T04:20:00Z`);
  const schedule = createRetentionSchedule(context, { batch: 1, longestMs: 60_000 });
  assert.equal(await schedule.look(), false, 'others get their turn');
  clock.set(`${NEXT}T04:46:00Z`);
  assert.equal(await schedule.look(), true);
  // After some batches.
  const job = async () => (await api('/api/admin/jobs?kind=retention')).body.items[0];
  while ((await records()).length > all - 2) await new Promise(setImmediate);
  const { status } = await api(`/api/admin/jobs/${(await job()).id}/cancel`, { method: 'POST' });
  assert.equal(status, 200);
  const { status: ended, error, done } = await job();
  assert.deepEqual([ended, error.code], ['cancelled', 'retention_cancelled']);
  const left = (await records()).length;
  assert.ok(left < all && left >= 7);
  assert.equal(done, all - left);
  const audited = (await api('/api/admin/audit?action=usage.deleted')).body.items[0];
  assert.equal(audited.details.records, all - left, 'what went until then is in the audit log');
  clock.set(`${TODAY}T12:00:00Z`);
  assert.deepEqual(await figures(built), before);
  assert.equal((await verifyBooks(dataDir)).ok, true);

  clock.set(`${NEXT}T20:00:00Z`);
  assert.equal(await schedule.look(), false, 'whoever cancels it has his peace until the next morning');
  await run('2026-11-22');
  assert.equal((await records()).length, 7 - 1, 'two more days have gone by since');
  clock.set(`${TODAY}T12:00:00Z`);
  assert.deepEqual(await figures(built), before);
});

test('a gateway that is stopped in the middle gives the night back to the next one', async (t) => {
  const built = await years(t);
  const { context, clock, set, records } = built;
  await set(40);
  clock.set(`${NEXT}T04:00:00Z`);
  assert.equal(await createRetentionSchedule(context, { batch: 1, longestMs: 60_000 }).look(), true);
  while ((await records()).length > 18) await new Promise(setImmediate);
  const again = await built.restart();
  assert.equal((await verifyBooks(built.dataDir)).ok, true);
  const schedule = createRetentionSchedule(again.context);
  assert.equal(await schedule.look(), true);
  await again.context.jobs.idle();
  const { usageRecords } = again.context.db.tables;
  assert.equal(await again.context.db.$count(usageRecords), 7);
  const { items } = (await again.api('/api/admin/audit?action=usage.deleted')).body;
  const sum = items.reduce(
    (total: number, { details }: { details: { records: number } }) => total + details.records,
    0,
  );
  assert.equal(sum, 13, 'the audit log tells of every record that went');
  assert.equal((await verifyBooks(built.dataDir)).ok, true);
});

test('more is kept as soon as somebody says so, also in the middle of a run', async (t) => {
  const { context, clock, set, records, api } = await years(t);
  await set(40);
  clock.set(`${NEXT}T04:00:00Z`);
  assert.equal(await createRetentionSchedule(context, { batch: 1, longestMs: 60_000 }).look(), true);
  while ((await records()).length > 18) await new Promise(setImmediate);
  await set(null);
  await context.jobs.idle();
  const left = (await records()).length;
  assert.ok(left > 7, `${left}`);
  const [job] = (await api('/api/admin/jobs?kind=retention')).body.items;
  assert.deepEqual(job.result, { records: 20 - left, isComplete: false });
});

test('in maintenance nothing is deleted', async (t) => {
  const { api, run, set, records } = await years(t);
  await set(40);
  const maintain = (on: boolean) => api('/api/admin/settings', { method: 'PUT', body: { 'maintenance.on': on } });
  assert.equal((await maintain(true)).status, 200);
  assert.equal(await run(NEXT), false);
  assert.equal((await records()).length, 20);
  assert.equal((await maintain(false)).status, 200);
  assert.equal(await run(NEXT), true);
  assert.equal((await records()).length, 7);
});

test('a clock that has jumped ahead deletes nothing for three nights, and says so', async (t) => {
  const { run, set, records, api, clock, context } = await years(t);
  await set(40);
  for (const day of ['2028-03-01', '2028-03-02', '2028-03-03']) {
    assert.equal(await run(day), true);
    const [job] = (await api('/api/admin/jobs?kind=retention')).body.items;
    assert.deepEqual([job.status, job.error.code], ['failed', 'retention_clock'], day);
    assert.equal((await records()).length, 20, day);
  }
  // The clock is put right.
  assert.equal(await run('2026-11-24'), true);
  assert.equal((await records()).length, 6);
  // Or it was right, and nobody was there for long.
  await context.db.delete(context.db.tables.jobs);
  clock.set('2029-01-01T12:00:00Z');
  for (const day of ['2029-01-02', '2029-01-03', '2029-01-04']) await run(day);
  assert.equal((await records()).length, 6);
  assert.equal(await run('2029-01-05'), true);
  assert.equal((await records()).length, 0);
});

test('a request that an open ticket names is kept until it is decided', async (t) => {
  const { context, clock, run, set, records, api, ana } = await years(t);
  const [, , wanted = ''] = await records();
  const { tickets } = context.db.tables;
  const now = clock.now();
  await context.db.insert(tickets).values({
    id: 'tkt_1',
    number: 1,
    kind: 'support',
    status: 'open',
    userId: ana,
    urgency: 'low',
    message: 'Why so much?',
    requestId: wanted,
    dueAt: now,
    createdAt: now,
    updatedAt: now,
  });
  await set(40);
  await run(NEXT);
  assert.equal((await records())[0], wanted);
  assert.equal((await api(`/api/admin/usage/${wanted}`)).status, 200);
  await context.db.update(tickets).set({ status: 'answered', decidedAt: now }).where(eq(tickets.id, 'tkt_1'));
  await run('2026-11-22');
  assert.notEqual((await records())[0], wanted);
});

test('hours that were not counted yet are, before their records go', async (t) => {
  const { context, clock, run, set, api } = await years(t);
  await context.db.delete(context.db.tables.hourlyTotals);
  clock.set('2026-10-12T02:30:00Z');
  await spendTokens(context, { userId: (await api('/api/admin/users?search=bob')).body.items[0].id, tokens: 77 });
  await set(32);
  await run('2026-11-20');
  const cells = (await api('/api/admin/stats/hours')).body.cells;
  const cell = cells.find(({ weekday, hour }: { weekday: number; hour: number }) => weekday === 1 && hour === 2);
  assert.equal(cell?.tokens, 77);
});

test('requests go on while thousands of records are deleted, and none is refused', async (t) => {
  const built = await years(t);
  const { context, clock, set, records, url, serviceKey, dataDir } = built;
  const { usageRecords } = context.db.tables;
  const [template] = await context.db.select().from(usageRecords).orderBy(usageRecords.id).limit(1);
  assert.ok(template);
  const { id, ...rest } = template;
  const copies = Array.from({ length: 2_000 }, (_, at) => ({
    ...rest,
    id: id.slice(0, 16) + String(at).padStart(id.length - 16, '0'),
    outcome: 'upstream_error' as const,
    chargedTokens: 0,
  }));
  for (let at = 0; at < copies.length; at += 500)
    await context.db.insert(usageRecords).values(copies.slice(at, at + 500));
  await set(40);
  clock.set(`${NEXT}T04:00:00Z`);
  const count = (await records()).length;
  assert.equal(await createRetentionSchedule(context).look(), true);
  let isRunning = true;
  const ended = context.jobs.idle().then(() => {
    isRunning = false;
  });
  let answered = 0;
  while (isRunning) {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${serviceKey}`,
        'content-type': 'application/json',
        'x-user-email': `user${answered % 7}@example.com`,
      },
      body: JSON.stringify({ model: 'solaris-echo', messages: [{ role: 'user', content: 'Hi' }] }),
    });
    assert.equal(response.status, 200);
    await response.arrayBuffer();
    answered++;
  }
  await ended;
  assert.ok(answered >= 5, `${answered} requests found their way between the batches`);
  assert.equal((await records()).length, count - 2_013 + answered);
  assert.equal((await verifyBooks(dataDir)).ok, true);
});
