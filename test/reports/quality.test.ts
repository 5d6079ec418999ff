import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QualityReport } from '../../gateway/contract/quality.ts';
import { newId } from '../../gateway/db/ids.ts';
import { type Office, office, openHold, settleHold, spendTokens } from '../accounts/account-kit.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

async function reportOf({ api }: Pick<Office, 'api'>, query = 'from=2026-11-01&to=2026-11-30') {
  const { status, body } = await api(`/api/admin/reports/quality?${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  const report: QualityReport = body;
  const figure = (name: string) => {
    const found = report.figures.find((one) => one.name === name);
    assert.ok(found, name);
    return found;
  };
  return { ...report, figure };
}

test('success is the share of requests that did not fail upstream, whoever hung up', async (t) => {
  const kit = await office(t);
  const { user, context, clock } = kit;
  const { id } = await user('ana@example.com');
  const none = await reportOf(kit);
  assert.deepEqual(none.figure('success'), {
    name: 'success',
    aim: 'least',
    value: null,
    target: 99,
    verdict: 'no_data',
    counted: 0,
    since: null,
  });
  clock.set('2026-11-20T10:00:00Z');
  for (let count = 0; count < 497; count++) await spendTokens(context, { userId: id, tokens: 1 });
  await spendTokens(context, { userId: id, tokens: 1, outcome: 'client_aborted' });
  await spendTokens(context, { userId: id, tokens: 1, outcome: 'upstream_broke' });
  await spendTokens(context, { userId: id, tokens: 0, outcome: 'upstream_error' });
  const report = await reportOf(kit);
  const { value, verdict, counted } = report.figure('success');
  assert.deepEqual([value, verdict, counted, report.counts.failed], [99.6, 'met', 500, 2]);
  const ofDay = report.days.find(({ day }) => day === '2026-11-20');
  assert.deepEqual([ofDay?.requests, ofDay?.success], [500, 99.6]);
  assert.equal((await reportOf(kit, 'from=2026-11-21&to=2026-11-30')).figure('success').value, null);
});

test('latency is what nearly all whole answers stay within, in hours that are counted and those that are not', async (t) => {
  const kit = await office(t);
  const { user, context, clock, gateway } = kit;
  const { id } = await user('ana@example.com');
  const answer = async (firstByteMs: number, durationMs: number, outcome: 'ok' | 'upstream_broke' = 'ok') => {
    const usageId = await openHold(context, { userId: id, tokens: 1 });
    await settleHold(context, usageId, { userId: id, tokens: 1, firstByteMs, durationMs, outcome });
  };
  clock.set('2026-11-19T10:10:00Z');
  for (let count = 0; count < 90; count++) await answer(400, 2_000);
  await answer(100_000, 900_000, 'upstream_broke');
  clock.set('2026-11-20T12:30:00Z');
  for (let count = 0; count < 10; count++) await answer(8_000, 30_000);
  const near = (actual: number | null, expected: number) =>
    assert.ok(actual !== null && Math.abs(actual / expected - 1) <= 0.1, `${actual} is not about ${expected}`);
  const check = async () => {
    const report = await reportOf(kit);
    near(report.figure('firstByte').value, 8_000);
    near(report.figure('duration').value, 30_000);
    near(report.counts.firstByteMedianMs, 400);
    near(report.counts.durationMedianMs, 2_000);
    assert.deepEqual([report.figure('firstByte').verdict, report.figure('duration').verdict], ['missed', 'met']);
    assert.equal(report.figure('firstByte').counted, 100, 'a broken answer is no measure');
    near(report.days.find(({ day }) => day === '2026-11-19')?.firstByteMs ?? null, 400);
    return report;
  };
  await gateway.background.rollups.runDue();
  await check();
  await gateway.background.rollups.runDue();
  await check();

  // What an earlier version counted has no times: the records that are still there tell them.
  const { hourlyTotals } = context.db.tables;
  await context.db.update(hourlyTotals).set({ firstByteTimes: null, durations: null });
  const blind = await reportOf(kit);
  assert.equal(blind.figure('firstByte').counted, 10);
  assert.equal(blind.figure('firstByte').since, '2026-11-20');
  await gateway.background.rollups.runDue();
  assert.equal((await check()).figure('firstByte').since, null);
});

test('latency counts every hour of a long range once, however many there are', async (t) => {
  const kit = await office(t);
  const { context, clock } = kit;
  clock.set('2026-11-30T12:00:00Z');
  const from = Date.parse('2026-11-01T00:00:00Z');
  const hours = 29 * 24;
  const rows = Array.from({ length: hours }, (_, hour) => ({
    startsAt: from + hour * HOUR_MS,
    endsAt: from + (hour + 1) * HOUR_MS,
    // Each hour has times of its own: one that is left out, or counted twice, shows.
    firstByteTimes: [[60 + (hour % 3), hour + 1]] as [number, number][],
    durations: [[80, 1]] as [number, number][],
  }));
  await context.db.insert(context.db.tables.hourlyTotals).values(rows);
  const report = await reportOf(kit);
  assert.equal(report.figure('firstByte').counted, (hours * (hours + 1)) / 2);
  assert.equal(report.figure('duration').counted, hours);
});

test('uptime is the time in which at least one gateway was up, and begins with the first start ever', async (t) => {
  const kit = await office(t);
  const { context, clock } = kit;
  const { gateways, gatewayGaps } = context.db.tables;
  const at = (time: string) => Date.parse(`2026-11-${time}:00Z`);
  await context.db.delete(gateways);
  const run = (id: string, startedAt: number, stoppedAt: number | null, heartbeatAt = stoppedAt ?? startedAt) =>
    context.db.insert(gateways).values({ id, version: '1', startedAt, heartbeatAt, stoppedAt });
  clock.set('2026-11-12T00:00:00Z');
  const nothing = await reportOf(kit, 'from=2026-11-01&to=2026-11-12');
  assert.deepEqual([nothing.figure('uptime').value, nothing.counts.outages], [null, 0]);

  // Up from the 2nd; down for an hour on the 3rd, which a second gateway covers by half; silent for two on the 5th.
  await run('a', at('02T00:00'), at('03T10:00'));
  await run('b', at('03T10:30'), at('03T12:00'));
  await run('c', at('03T11:00'), at('11T00:00'));
  await context.db.insert(gatewayGaps).values({ gatewayId: 'c', startsAt: at('05T01:00'), endsAt: at('05T03:00') });
  // It has said nothing for a day: it died then, though nobody has written it down.
  await run('d', at('11T00:00'), null, at('11T12:00'));
  await run(context.gatewayId, at('11T18:00'), null);
  const report = await reportOf(kit, 'from=2026-11-01&to=2026-11-12');
  const days = 10;
  const down = 0.5 + 2 + 6;
  const { value, since, verdict, counted } = report.figure('uptime');
  assert.equal(value, Math.floor(100_000 * (1 - down / (24 * days))) / 1_000);
  assert.deepEqual([since, verdict, counted], ['2026-11-02', 'missed', days * DAY_MS]);
  assert.deepEqual([report.counts.outages, report.counts.downMs], [3, down * HOUR_MS]);
  const ofDay = (day: string) => report.days.find((one) => one.day === `2026-11-${day}`)?.uptime;
  assert.deepEqual([ofDay('04'), ofDay('05'), ofDay('11')], [100, 91.666, 75]);
  assert.equal(report.days[0]?.day, '2026-11-02', 'days before anything was known are left out');
  const quiet = await reportOf(kit, 'from=2026-11-06&to=2026-11-09');
  assert.deepEqual([quiet.figure('uptime').value, quiet.counts.outages], [100, 0]);
});

test('the time to decide is that of nine tenths of the tickets, and whether the promise was kept is told', async (t) => {
  const kit = await office(t);
  const { user, context, clock } = kit;
  const { id: userId } = await user('ana@example.com');
  const { tickets } = context.db.tables;
  let number = 5_000;
  const ticket = async (
    hours: number | null,
    decided = '2026-11-20T12:00:00Z',
    kind: 'credits' | 'support' = 'credits',
  ) => {
    const decidedAt = hours === null ? null : Date.parse(decided);
    const createdAt = decidedAt === null ? clock.now() : decidedAt - (hours ?? 0) * HOUR_MS;
    await context.db.insert(tickets).values({
      id: newId('tkt', createdAt),
      number: ++number,
      kind,
      status: decidedAt === null ? 'open' : 'approved',
      userId,
      urgency: 'medium',
      amount: 1_000,
      message: 'test',
      dueAt: createdAt + DAY_MS,
      createdAt,
      updatedAt: decidedAt ?? createdAt,
      decidedAt,
    });
  };
  clock.set('2026-11-25T12:00:00Z');
  assert.deepEqual((await reportOf(kit)).figure('decision').verdict, 'no_data');
  for (const hours of [1, 2, 3, 4, 5, 6, 7, 8, 26, 90]) await ticket(hours);
  await ticket(null);
  await ticket(500, '2026-10-31T23:59:59Z');
  const { figure, counts } = await reportOf(kit);
  assert.deepEqual([figure('decision').value, figure('decision').target], [26 * HOUR_MS, 24 * HOUR_MS]);
  assert.deepEqual([figure('decision').verdict, figure('decision').counted], ['close', 10]);
  assert.deepEqual([counts.decidedInTime, counts.decisionMedianMs], [8, 5 * HOUR_MS]);
});

test('warned people count once a month, and as asking only when they asked for more within a week', async (t) => {
  const kit = await office(t);
  const { user, context, clock } = kit;
  const { alerts, tickets } = context.db.tables;
  const people = await Promise.all(['ana', 'bob', 'eva', 'kai', 'lia'].map((name) => user(`${name}@example.com`)));
  const [ana, bob, eva, kai, lia] = people.map(({ id }) => id as string);
  const alert = (userId: string | undefined, kind: 'warning' | 'critical' | 'blocked' | 'system', at: string) => {
    const createdAt = Date.parse(at);
    const id = newId('alr', createdAt);
    return context.db
      .insert(alerts)
      .values({ id, kind, userId: userId ?? null, period: at.slice(0, 7), dedupeKey: id, details: {}, createdAt });
  };
  let number = 7_000;
  const ask = (userId: string | undefined, kind: 'credits' | 'limit_change' | 'support', at: string) => {
    const createdAt = Date.parse(at);
    return context.db.insert(tickets).values({
      id: newId('tkt', createdAt),
      number: ++number,
      kind,
      status: 'open',
      userId: userId ?? '',
      urgency: 'low',
      message: 'test',
      dueAt: createdAt + DAY_MS,
      createdAt,
      updatedAt: createdAt,
    });
  };
  await alert(ana, 'warning', '2026-11-02T10:00:00Z');
  await alert(ana, 'critical', '2026-11-10T10:00:00Z');
  await ask(ana, 'credits', '2026-11-11T10:00:00Z');
  await alert(bob, 'warning', '2026-11-05T10:00:00Z');
  await ask(bob, 'limit_change', '2026-11-05T10:00:00Z');
  await alert(eva, 'blocked', '2026-11-05T10:00:00Z');
  await ask(eva, 'credits', '2026-11-05T09:59:59Z');
  await ask(eva, 'credits', '2026-11-12T10:00:00Z');
  await ask(eva, 'support', '2026-11-06T10:00:00Z');
  await alert(kai, 'warning', '2026-10-31T23:59:59Z');
  await ask(kai, 'credits', '2026-11-01T10:00:00Z');
  await alert(lia, 'system', '2026-11-05T10:00:00Z');
  clock.set('2026-11-25T12:00:00Z');
  const { figure, counts } = await reportOf(kit);
  assert.deepEqual([counts.warned, counts.asked], [3, 2]);
  assert.deepEqual([figure('alertRequests').value, figure('alertRequests').verdict], [66.666, 'met']);
});

test('false alarms are the anomalies that somebody called so', async (t) => {
  const kit = await office(t);
  const { context, clock } = kit;
  const { alerts } = context.db.tables;
  const alarm = (at: string, isFalse: boolean, kind: 'anomaly' | 'system' = 'anomaly') => {
    const createdAt = Date.parse(at);
    const id = newId('alr', createdAt);
    const falseAlarmAt = isFalse ? createdAt + DAY_MS : null;
    return context.db.insert(alerts).values({ id, kind, dedupeKey: id, details: {}, createdAt, falseAlarmAt });
  };
  clock.set('2026-11-25T12:00:00Z');
  for (let day = 1; day <= 8; day++) await alarm(`2026-11-0${day}T10:00:00Z`, day === 3);
  await alarm('2026-10-31T23:59:59Z', true);
  await alarm('2026-11-05T10:00:00Z', false, 'system');
  const { figure, counts } = await reportOf(kit);
  assert.deepEqual([counts.alarms, counts.falseAlarms], [8, 1]);
  assert.deepEqual([figure('falseAlarms').value, figure('falseAlarms').verdict], [12.5, 'missed']);
});

test('targets are settings: an administrator changes them, which is audited, and the verdicts follow', async (t) => {
  const kit = await office(t);
  const { api, user, context, clock, operator } = kit;
  const { id } = await user('ana@example.com');
  clock.set('2026-11-20T10:00:00Z');
  for (let count = 0; count < 99; count++) await spendTokens(context, { userId: id, tokens: 1 });
  await spendTokens(context, { userId: id, tokens: 1, outcome: 'upstream_broke' });
  const verdict = async () => (await reportOf(kit)).figure('success').verdict;
  assert.equal(await verdict(), 'met');
  const set = (value: unknown, token?: string) =>
    api('/api/admin/settings', {
      method: 'PUT',
      body: { 'quality.successPercent': value },
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    });
  assert.equal((await set(99.1)).status, 200);
  assert.equal(await verdict(), 'close');
  assert.equal((await set(99.9)).status, 200);
  assert.equal(await verdict(), 'missed');
  assert.equal((await set(null)).status, 200);
  assert.deepEqual([(await reportOf(kit)).figure('success').target, await verdict()], [null, 'no_target']);
  const audit = (await api('/api/admin/audit?limit=50')).body.items.map(({ action }: { action: string }) => action);
  assert.equal(audit.filter((action: string) => action.startsWith('setting')).length, 3);
  for (const wrong of [0, -1, 101, 'much']) {
    const refused = await set(wrong);
    assert.deepEqual([refused.status, refused.body.error.field], [400, 'quality.successPercent'], String(wrong));
  }
  const { token } = await operator('approver');
  assert.equal((await set(1, token)).status, 403);
  assert.equal((await reportOf(kit)).figure('success').target, null, 'nothing of it was stored');
});

test('the report is for operators, refuses a range that makes no sense, and has nothing to say of times to come', async (t) => {
  const kit = await office(t);
  const { api, clock, operator } = kit;
  clock.set('2026-11-20T10:00:00Z');
  const { token } = await operator('viewer');
  const path = '/api/admin/reports/quality';
  const seen = await api(path, { headers: { authorization: `Bearer ${token}` } });
  assert.deepEqual([seen.status, seen.body.from, seen.body.to], [200, '2026-11-01', '2026-11-20']);
  assert.equal((await api(path, { headers: { authorization: 'Bearer nobody' } })).status, 401);
  const backwards = await api(`${path}?from=2026-11-20&to=2026-11-10`);
  assert.deepEqual([backwards.status, backwards.body.error.field], [400, 'to']);
  assert.equal((await api(`${path}?from=2026-02-30`)).body.error.field, 'from');
  const future = await reportOf(kit, 'from=2027-01-01&to=2027-12-31');
  assert.deepEqual(
    future.figures.map(({ verdict }) => verdict),
    future.figures.map(() => 'no_data'),
  );
  assert.deepEqual(future.days, []);
  const ages = await reportOf(kit, 'from=0001-01-01&to=9999-12-31');
  assert.ok(ages.days.length < 1_000, 'days of which nothing can be known are left out');
});

test('the report leaves as a file, in the words of the language', async (t) => {
  const kit = await office(t);
  const { api, user, context, clock } = kit;
  const { id } = await user('ana@example.com');
  clock.set('2026-11-20T10:00:00Z');
  await spendTokens(context, { userId: id, tokens: 1 });
  clock.advance(60_000);
  const take = (body: Record<string, unknown>) =>
    api('/api/admin/reports/export', { body: { type: 'quality', ...body } });
  const filters = { from: '2026-11-01', to: '2026-11-30' };
  const csv = (await take({ format: 'csv', filters })).body as string;
  assert.match(csv, /^\uFEFF?Measure,Value,Unit,Aim,Target,Verdict,Measured on,Known since/);
  assert.match(csv, /^Requests that succeeded,100,%,at least,99,met,1,/m);
  assert.match(csv, /^"?First word, 95 % within"?,0\.1\d*,s,at most,5,met,1,/m);
  assert.match(csv, /^"?Requests decided, 90 % within"?,,h,at most,24,nothing to measure,0,/m);
  const portuguese = (await take({ format: 'csv', locale: 'pt-BR', filters })).body as string;
  assert.match(portuguese, /^Requisições bem-sucedidas;100;%;no mínimo;99;cumprida;1;/m);
  for (const format of ['xlsx', 'pdf']) assert.equal((await take({ format, filters })).status, 200);
  assert.equal((await take({ filters: { from: 'soon' } })).body.error.field, 'filters.from');
});
