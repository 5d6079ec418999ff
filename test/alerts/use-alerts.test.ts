import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inArray } from 'drizzle-orm';
import { askForCredits } from '../../gateway/credits/submit.ts';
import { changePreferences, showMe } from '../../gateway/portal/me.ts';
import { openHold, settleHold } from '../accounts/account-kit.ts';
import { alertOffice } from './alert-kit.ts';

const ANA = 'ana@example.com';

test('each threshold is told of once in a period', async (t) => {
  const { person, use, open, mails, clock } = await alertOffice(t);
  const ana = await person(ANA);
  await use(ana, 799);
  assert.deepEqual(await open(ana), []);
  await use(ana, 1);
  assert.deepEqual(await open(ana), ['warning']);
  await use(ana, 100);
  await use(ana, 50);
  assert.deepEqual(await open(ana), ['critical'], 'the higher takes the place of the lower');
  await use(ana, 50);
  assert.deepEqual(await open(ana), ['blocked']);
  assert.deepEqual(await mails(ANA), [
    '80% of your tokens are used',
    'Only 50 tokens are left',
    'Your tokens for this month are used up',
  ]);
  clock.set('2026-12-02T12:00:00Z');
  await use(ana, 800);
  assert.equal((await mails(ANA)).length, 4, 'and again in the next');
});

test('crossing two thresholds at once sends the higher, and the lower never', async (t) => {
  const { person, use, open, mails } = await alertOffice(t);
  const ana = await person(ANA);
  await use(ana, 960);
  await use(ana, 1);
  assert.deepEqual(await open(ana), ['critical']);
  assert.deepEqual(await mails(ANA), ['Only 40 tokens are left']);
});

test('a grant that brings the share back under a threshold resolves its alert and warns anew', async (t) => {
  const { person, use, open, mails, api, settled } = await alertOffice(t);
  const ana = await person(ANA);
  await use(ana, 960);
  await api(`/api/admin/users/${ana}/tokens`, { body: { amount: 100, reason: 'more' } });
  // 960 of 1,100: under 95 %, still over 80 %.
  assert.deepEqual(await open(ana), []);
  await use(ana, 1);
  assert.deepEqual(await open(ana), [], 'what is reached still was told of already');
  await use(ana, 90);
  assert.deepEqual(await open(ana), ['critical'], 'but 95 % is told of again');
  await api(`/api/admin/users/${ana}/tokens`, { body: { amount: 1_000, reason: 'much more' } });
  await settled();
  await use(ana, 700);
  assert.deepEqual(await open(ana), ['warning']);
  assert.deepEqual(await mails(ANA), [
    'Only 40 tokens are left',
    '100 tokens are yours',
    'Only 49 tokens are left',
    '1,000 tokens are yours',
    '83% of your tokens are used',
  ]);
});

test('a warning that waited for the network is not sent once it is not true any more', async (t) => {
  const { person, use, connect, mails, api, smtp } = await alertOffice(t, { config: { smtp: {} } });
  const [ana, bia] = [await person(ANA), await person('bia@example.com')];
  await use(ana, 960);
  await api(`/api/admin/users/${ana}/tokens`, { body: { amount: 10_000, reason: 'more' } });
  await use(bia, 800);
  await use(bia, 160);
  await connect();
  assert.deepEqual(await mails(ANA), ['10,000 tokens are yours']);
  assert.deepEqual(await mails('bia@example.com'), ['Only 40 tokens are left'], 'nor one whose place a higher took');
  assert.equal(smtp.received.length, 2);
});

test('a higher limit resolves, a lower one warns at the next look', async (t) => {
  const { person, use, open, api } = await alertOffice(t);
  const ana = await person(ANA);
  await use(ana, 850);
  const limit = (monthlyLimit: number | null) =>
    api(`/api/admin/users/${ana}`, { method: 'PUT', body: { monthlyLimit, reason: 'test' } });
  await limit(2_000);
  assert.deepEqual(await open(ana), []);
  await limit(900);
  assert.deepEqual(await open(ana), ['warning']);
  await limit(null);
  assert.deepEqual(await open(ana), [], 'without a limit there is nothing to warn of');
});

test('a change of the plan or of the default limit resolves too', async (t) => {
  const { person, use, open, api } = await alertOffice(t, { config: { defaultMonthlyLimit: 1_000 } });
  const ana = await person(ANA, { monthlyLimit: 'inherit' });
  await use(ana, 850);
  assert.deepEqual(await open(ana), ['warning']);
  await api('/api/admin/plans/basic', { method: 'PUT', body: { monthlyLimit: 5_000, reason: 'grown' } });
  assert.deepEqual(await open(ana), []);
});

test("the period's first refusal raises blocked, whatever the share", async (t) => {
  const { person, use, open, mails, context, settled, api } = await alertOffice(t);
  const ana = await person(ANA);
  await use(ana, 300);
  const refuse = async () => {
    await context.events.emit({ kind: 'quota_refused', userId: ana });
    await settled();
  };
  await refuse();
  await refuse();
  assert.deepEqual(await open(ana), ['blocked']);
  await use(ana, 1);
  assert.deepEqual(await open(ana), ['blocked'], 'smaller requests that fit do not undo it');
  assert.deepEqual(await mails(ANA), ['Your tokens did not suffice for a request']);
  await api(`/api/admin/users/${ana}/tokens`, { body: { amount: 10, reason: 'more' } });
  assert.deepEqual(await open(ana), []);
});

test('what lies below a refusal stays told of, whether or not the user was changed in between', async (t) => {
  const { person, use, open, context, settled, api } = await alertOffice(t);
  for (const isChanged of [true, false]) {
    const id = await person(isChanged ? ANA : 'bia@example.com');
    await use(id, 300);
    await context.events.emit({ kind: 'quota_refused', userId: id });
    await settled();
    if (isChanged) await context.events.emit({ kind: 'user_changed', userId: id });
    await settled();
    await use(id, 550);
    assert.deepEqual(await open(id), ['blocked']);
    await api(`/api/admin/users/${id}/tokens`, { body: { amount: 10, reason: 'more' } });
    assert.deepEqual(await open(id), [], '84 % was reached before the grant');
  }
});

test('a refusal is told of once a month, whatever else changes, until there is more left', async (t) => {
  const { person, use, open, mails, context, settled, api } = await alertOffice(t);
  const ana = await person(ANA);
  await use(ana, 300);
  const usageId = await openHold(context, { userId: ana, tokens: 600 });
  const refuse = async () => {
    await context.events.emit({ kind: 'quota_refused', userId: ana });
    await settled();
  };
  await refuse();
  await settleHold(context, usageId, { userId: ana, tokens: 10 });
  const put = (body: object) => api(`/api/admin/users/${ana}`, { method: 'PUT', body: { ...body, reason: 'test' } });
  const changes = [
    () => put({ name: 'Ana S.' }),
    () => context.db.tx((tx) => changePreferences(context, tx, ana, { thresholds: [60] })),
    () => context.events.emit({ kind: 'settings_changed' }),
    () => put({ monthlyLimit: 900 }),
    () => put({ monthlyLimit: 1_000 }),
  ];
  for (const change of changes) {
    await change();
    await context.events.emit({ kind: 'user_changed', userId: ana });
    assert.deepEqual(await open(ana), ['blocked']);
    await refuse();
  }
  await use(ana, 500);
  assert.deepEqual(await open(ana), ['blocked'], 'what lies below was spent along with it');
  assert.deepEqual((await mails(ANA)).length, 1);
  await put({ monthlyLimit: 5_000 });
  assert.deepEqual(await open(ana), []);
  await refuse();
  assert.deepEqual(await open(ana), ['blocked'], 'and with more left it is told of anew');
  assert.deepEqual((await mails(ANA)).length, 2);
  await api(`/api/admin/users/${ana}/reset-usage`, { body: { reason: 'test' } });
  assert.deepEqual(await open(ana), [], 'a reset gives, too');
});

test('thresholds come from the user, else the plan, else the setting', async (t) => {
  const { person, use, open, api, context } = await alertOffice(t, { config: { alertThreshold: 0.6 } });
  const byPlan = { plan: 'pro', monthlyLimit: 1_000 };
  await api('/api/admin/plans/pro', { method: 'PUT', body: { thresholds: [90, 98] } });
  const [ana, bia, caio] = [
    await person(ANA),
    await person('bia@example.com', byPlan),
    await person('caio@example.com', byPlan),
  ];
  await context.db.tx((tx) => changePreferences(context, tx, caio, { thresholds: [70] }));
  for (const id of [ana, bia, caio]) await use(id, 700);
  assert.deepEqual([await open(ana), await open(bia), await open(caio)], [['warning'], [], ['warning']]);
  await use(bia, 200);
  assert.deepEqual(await open(bia), ['warning']);
  await use(bia, 80);
  assert.deepEqual(await open(bia), ['critical']);
});

test('the marks in mails and in the portal are the thresholds at which the user is really warned', async (t) => {
  const { person, api, context } = await alertOffice(t, { config: { alertThreshold: 0.6 } });
  const ana = await person(ANA);
  const caio = await person('caio@example.com');
  await context.db.tx((tx) => changePreferences(context, tx, caio, { thresholds: [70] }));
  for (const id of [ana, caio]) {
    await api(`/api/admin/users/${id}/tokens`, { body: { amount: 10, reason: 'more' } });
    const input = { amount: 500, justification: 'The report', urgency: 'low' as const };
    const ticket = await context.db.tx((tx) => askForCredits(context, tx, id, input));
    await api(`/api/admin/requests/${ticket.id}/approve`, { body: {} });
  }
  const { outbox } = context.db.tables;
  const rows = await context.db
    .select()
    .from(outbox)
    .where(inArray(outbox.kind, ['grant', 'request_approved']))
    .orderBy(outbox.kind);
  const marks = (userId: string) =>
    rows
      .filter((row) => row.userId === userId)
      .map(({ kind, data }) => [kind, (data as { figures: { thresholds: number[] } }).figures.thresholds.join()]);
  assert.deepEqual(marks(ana), [
    ['grant', '60,95,100'],
    ['request_approved', '60,95,100'],
  ]);
  assert.deepEqual(marks(caio), [
    ['grant', '70,100'],
    ['request_approved', '70,100'],
  ]);
  assert.deepEqual((await showMe(context, ana)).alerts.thresholds, [60, 95]);
  assert.deepEqual((await showMe(context, caio)).alerts.thresholds, [70]);
});

test('whoever wants no mails gets none; the alert is there all the same', async (t) => {
  const { person, use, open, mails, context } = await alertOffice(t);
  const ana = await person(ANA);
  await context.db.tx((tx) => changePreferences(context, tx, ana, { mailAlerts: false }));
  await use(ana, 960);
  assert.deepEqual(await open(ana), ['critical']);
  assert.deepEqual(await mails(ANA), []);
});

test('mails are in the language of their reader, with the days left at the present pace', async (t) => {
  const { person, use, deliver, smtp, settled } = await alertOffice(t);
  const ana = await person(ANA, { locale: 'pt-BR' });
  const bia = await person('bia@example.com', { locale: 'en' });
  await use(ana, 850);
  await use(bia, 850);
  await settled();
  await deliver();
  assert.deepEqual(
    smtp.received.map(({ subject }) => subject),
    ['Você já usou 85% dos seus tokens', '85% of your tokens are used'],
  );
  // 850 in 19.5 days: 150 more last 3.4 days.
  assert.match(smtp.received[1]?.raw ?? '', /about 3 more days/);
});

test('what is held counts as neither used nor gone', async (t) => {
  const { person, use, open, context } = await alertOffice(t);
  const ana = await person(ANA);
  const usageId = await openHold(context, { userId: ana, tokens: 900 });
  await use(ana, 50);
  assert.deepEqual(await open(ana), []);
  await settleHold(context, usageId, { userId: ana, tokens: 900 });
  await context.events.emit({ kind: 'request_settled', userId: ana });
  assert.deepEqual(await open(ana), ['critical']);
});

test('two gateways that look at the same moment raise one alert and send one mail', async (t) => {
  const { person, context, mails, settled } = await alertOffice(t);
  const { createAlertEngine } = await import('../../gateway/alerts/engine.ts');
  const other = createAlertEngine(context);
  t.after(() => other.stop());
  const { spendTokens } = await import('../accounts/account-kit.ts');
  const ana = await person(ANA);
  await spendTokens(context, { userId: ana, tokens: 850 });
  await context.events.emit({ kind: 'request_settled', userId: ana });
  await Promise.all([other.flush(), settled()]);
  assert.deepEqual(await mails(ANA), ['85% of your tokens are used']);
});

test('an operator resolves an alert, which then stays resolved', async (t) => {
  const { person, use, open, api, operator } = await alertOffice(t);
  const ana = await person(ANA);
  await use(ana, 850);
  const [alert] = (await api('/api/admin/alerts')).body.items;
  assert.equal(alert.user.email, ANA);
  assert.equal(alert.details.share, 85);
  assert.equal((await api('/api/admin/alerts/counts')).body.byKind.warning, 1);
  const viewer = await operator('viewer');
  const headers = { authorization: `Bearer ${viewer.token}` };
  assert.equal((await api(`/api/admin/alerts/${alert.id}/resolve`, { method: 'POST', headers })).status, 403);
  assert.equal((await api(`/api/admin/alerts/${alert.id}/resolve`, { method: 'POST' })).status, 200);
  assert.equal((await api('/api/admin/alerts/alr_none/resolve', { method: 'POST' })).status, 404);
  await use(ana, 10);
  assert.deepEqual(await open(ana), []);
  assert.equal((await api('/api/admin/audit?search=alert.resolved')).body.total, 1);
  const done = (await api('/api/admin/alerts?status=resolved')).body;
  assert.equal(done.total, 1);
  assert.equal((await api('/api/admin/alerts/counts')).body.open, 0);
});

test('what an operator resolved can be taken back while its cause lasts, and is in the record twice', async (t) => {
  const { person, use, open, api, operator } = await alertOffice(t);
  const ana = await person(ANA);
  await use(ana, 850);
  const [alert] = (await api('/api/admin/alerts')).body.items;
  const post = (act: string, more = {}) => api(`/api/admin/alerts/${alert.id}/${act}`, { method: 'POST', ...more });
  assert.equal((await post('reopen')).body.resolvedAt, null, 'what is open stays open');
  await post('resolve');
  assert.deepEqual(await open(ana), []);
  const viewer = await operator('viewer');
  assert.equal((await post('reopen', { headers: { authorization: `Bearer ${viewer.token}` } })).status, 403);
  const reopened = await post('reopen');
  assert.deepEqual(reopened.body, alert, 'as if it had never been resolved');
  assert.deepEqual(await open(ana), ['warning']);
  await use(ana, 10);
  assert.deepEqual(await open(ana), ['warning'], 'told of once');
  assert.equal((await api('/api/admin/audit?action=alert.reopened')).body.total, 1);
  assert.equal((await api('/api/admin/alerts/alr_none/reopen', { method: 'POST' })).status, 404);

  await post('resolve');
  await api(`/api/admin/users/${ana}`, { method: 'PUT', body: { monthlyLimit: 100_000, reason: 'more' } });
  await use(ana, 10);
  const over = await post('reopen');
  assert.deepEqual([over.status, over.body.error.code], [409, 'alert_over']);
  assert.deepEqual(await open(ana), [], 'its cause has ended');
});

test('the early warning comes once, with a tip, when the forecast runs out before the renewal', async (t) => {
  const { person, use, open, mails, clock, smtp, api } = await alertOffice(t, {
    config: { notices: { welcome: false, earlyWarning: true } },
  });
  clock.set('2026-11-02T12:00:00Z');
  const ana = await person(ANA);
  for (let day = 0; day < 9; day++) {
    await use(ana, 50);
    clock.advance(86_400_000);
  }
  assert.deepEqual(await open(ana), ['early_warning']);
  const [subject, ...others] = await mails(ANA);
  assert.match(subject ?? '', /^Your tokens may run out on /);
  assert.deepEqual(others, []);
  assert.match(smtp.received[0]?.raw ?? '', /A tip: /);
  await api(`/api/admin/users/${ana}/tokens`, { body: { amount: 10_000, reason: 'more' } });
  assert.deepEqual(await open(ana), [], 'it is resolved when it lasts after all');
  await api(`/api/admin/users/${ana}/tokens`, { body: { amount: -10_000, reason: 'less' } });
  assert.deepEqual(await open(ana), ['early_warning'], 'and told of anew when it does not');
  assert.equal((await mails(ANA)).filter((one) => /^Your tokens may run out/.test(one)).length, 2);
});

test('an early warning ends with what took its place, and when it is not true any more', async (t) => {
  const { person, use, open, clock, api } = await alertOffice(t, {
    config: { notices: { welcome: false, earlyWarning: true } },
  });
  clock.set('2026-11-02T12:00:00Z');
  const [ana, bia, caio] = [await person(ANA), await person('bia@example.com'), await person('caio@example.com')];
  for (let day = 0; day < 9; day++) {
    for (const id of [ana, bia, caio]) await use(id, 50);
    clock.advance(86_400_000);
  }
  for (const id of [ana, bia, caio]) assert.deepEqual(await open(id), ['early_warning']);
  await use(ana, 400);
  assert.deepEqual(await open(ana), ['warning']);
  await api(`/api/admin/users/${bia}`, { method: 'PUT', body: { monthlyLimit: null, reason: 'test' } });
  assert.deepEqual(await open(bia), []);
  assert.equal((await api(`/api/admin/users/${caio}/reset-usage`, { body: { reason: 'test' } })).status, 200);
  assert.deepEqual(await open(caio), []);
});
