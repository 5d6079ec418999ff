/** What is done about unusual use: seen, told of, limited, suspended; once, and never without a reason. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnomalyWatch } from '../../gateway/anomalies/watch.ts';
import { spendTokens } from '../accounts/account-kit.ts';
import { DAY_MS, lookout, MINUTE_MS, ROOT } from './anomaly-kit.ts';

const ANA = 'ana@example.com';
const HOUR_MS = 60 * MINUTE_MS;

test('an ordinary day raises nothing, nor does a lot of use by somebody without a history', async (t) => {
  const { regular, user, look, api, mails, context } = await lookout(t);
  const ana = await regular(ANA);
  const bia = await user('bia@example.com', { monthlyLimit: null });
  await spendTokens(context, { userId: ana, tokens: 60_000 });
  await spendTokens(context, { userId: bia.id, tokens: 9_000_000 });
  await look();
  assert.deepEqual((await api('/api/admin/alerts?kind=anomaly')).body.items, []);
  assert.deepEqual(await mails(ANA), []);
  assert.deepEqual(await mails(ROOT), []);
});

test('six times the usual is watched: an alert that explains itself, a mail to the user, nothing else', async (t) => {
  const { regular, look, anomalies, mails, context, api } = await lookout(t);
  const ana = await regular(ANA);
  await spendTokens(context, { userId: ana, tokens: 120_100 });
  await look();
  await look();
  const [alert, ...others] = await anomalies(ana);
  assert.deepEqual(others, []);
  const { level, step, perMinute, until, evidence } = alert.details;
  assert.deepEqual([level, step, perMinute, until, alert.inForce], ['low', 'watch', null, null, null]);
  const volume = { measure: 'volume', level: 'low', within: 'day', seen: 120_100, usual: 20_011, times: 6, days: 20 };
  assert.deepEqual(evidence, [volume]);
  assert.deepEqual(await mails(ANA), ['Unusual use of your account']);
  assert.deepEqual(await mails(ROOT), [], 'administrators find it among the alerts');
  const profile = (await api(`/api/admin/users/${ana}/profile`)).body;
  assert.equal(profile.temporaryRate, null);
});

test('twelve times is limited for an hour, with mails to the user and to administrators only', async (t) => {
  const { regular, look, anomalies, mails, context, api, clock, smtp } = await lookout(t);
  const ana = await regular(ANA);
  await spendTokens(context, { userId: ana, tokens: 240_200 });
  await look();
  const until = clock.now() + HOUR_MS;
  const [alert] = await anomalies(ana);
  assert.deepEqual([alert.details.level, alert.details.step, alert.inForce], ['medium', 'limit', 'limit']);
  const profile = async () => (await api(`/api/admin/users/${ana}/profile`)).body;
  assert.deepEqual((await profile()).temporaryRate, { perMinute: 10, until, alertId: alert.id });
  assert.deepEqual(await mails(ANA), ['Unusual use of your account']);
  assert.deepEqual(await mails(ROOT), ['Unusual use: ana']);
  const toAdmin = smtp.received.find(({ to }) => to === ROOT)?.raw.replaceAll(/=\r?\n/g, '') ?? '';
  assert.match(toAdmin, /ana has used 240,200 tokens today: about 12 times the usual 20,011 a day\./);
  assert.match(toAdmin, /ana may send 10 requests a minute until 20 November 2026/);
  assert.ok(smtp.received.every(({ to }) => to !== 'viewer@example.com'));
  const { items } = (await api('/api/admin/audit?search=user.rate_limited')).body;
  assert.deepEqual(items[0].details, { perMinute: 10, until, alertId: alert.id });
  clock.set(until);
  assert.equal((await profile()).temporaryRate, null, 'it ends by itself');
  assert.equal((await anomalies(ana))[0].inForce, null);
});

test('forty times is suspended for a day, and told by one mail', async (t) => {
  const { regular, look, anomalies, mails, context, api, clock, smtp } = await lookout(t, {
    config: { publicUrl: 'https://ia.example.com' },
  });
  const ana = await regular(ANA);
  await spendTokens(context, { userId: ana, tokens: 800_000 });
  await look();
  const [alert] = await anomalies(ana);
  assert.deepEqual([alert.details.level, alert.details.step, alert.inForce], ['high', 'suspend', 'suspend']);
  const user = async () => (await api(`/api/admin/users/${ana}`)).body;
  assert.equal((await user()).status, 'suspended');
  const profile = (await api(`/api/admin/users/${ana}/profile`)).body;
  assert.equal(profile.statusReason, 'Unusual use of the account');
  assert.deepEqual([profile.suspendedUntil, profile.suspendedByAlert], [clock.now() + DAY_MS, alert.id]);
  assert.deepEqual(await mails(ANA), ['Unusual use of your account']);
  const raw = smtp.received.find(({ to }) => to === ANA)?.raw.replaceAll(/=\r?\n/g, '') ?? '';
  assert.ok(raw.includes(`https://ia.example.com/portal/support?objection=`), 'with a way to object');
  const { items } = (await api('/api/admin/audit?search=user.suspended')).body;
  assert.deepEqual([items[0].actorKind, items[0].details.alertId], ['system', alert.id]);
  clock.advance(DAY_MS);
  assert.equal((await user()).status, 'active');
});

test('what grows goes up the ladder in one alert, and each rung is taken once', async (t) => {
  const { regular, look, anomalies, mails, context, api } = await lookout(t);
  const ana = await regular(ANA);
  await spendTokens(context, { userId: ana, tokens: 120_000 });
  await look();
  await spendTokens(context, { userId: ana, tokens: 120_000 });
  await look();
  await spendTokens(context, { userId: ana, tokens: 10_000 });
  await look();
  await spendTokens(context, { userId: ana, tokens: 600_000 });
  await look();
  const [alert, ...others] = await anomalies(ana);
  assert.deepEqual(others, []);
  assert.equal(alert.details.level, 'high');
  assert.equal((await mails(ANA)).length, 3);
  assert.equal((await mails(ROOT)).length, 2);
  assert.equal((await api('/api/admin/audit?search=user.rate_limited')).body.total, 1, 'the limit is not begun anew');
});

test('many requests within an hour are unusual by the busiest hours of the user’s own days', async (t) => {
  const { user, look, anomalies, context, clock } = await lookout(t);
  const ana = (await user(ANA, { monthlyLimit: null })).id;
  const burst = async (requests: number) => {
    for (let at = 0; at < requests; at++) {
      clock.advance(1_000 + (at % 7) * 700);
      await spendTokens(context, { userId: ana, tokens: 10 });
    }
  };
  const today = clock.now();
  for (let day = 9; day > 0; day--) {
    clock.set(today - day * DAY_MS);
    await burst(9);
  }
  clock.set(today);
  await burst(59);
  await look();
  assert.deepEqual(await anomalies(ana), [], 'an hour below the least number is never unusual');
  await burst(40);
  await look();
  const [alert] = await anomalies(ana);
  const evidence = { measure: 'rate', level: 'medium', seen: 99, usual: 9, times: 11, days: 9 };
  assert.deepEqual(alert.details.evidence, [evidence]);
});

test('a loop is noticed without any history; a script with a key of its own is not', async (t) => {
  const { user, look, anomalies, context, clock, api } = await lookout(t);
  const loop = async (userId: string, keyId?: string) => {
    for (let at = 0; at < 45; at++) {
      clock.advance(20_000);
      await spendTokens(context, { userId, tokens: 10, ...(keyId === undefined ? {} : { keyId }) });
    }
  };
  const [ana, bia] = [(await user(ANA)).id, (await user('bia@example.com')).id];
  await loop(ana);
  await look();
  const [alert] = await anomalies(ana);
  const [evidence] = alert.details.evidence;
  assert.deepEqual([evidence.measure, evidence.level, evidence.meanGapMs], ['regularity', 'low', 20_000]);
  const body = { kind: 'personal', name: 'script', userId: bia, reason: 'test' };
  await loop(bia, (await api('/api/admin/keys', { body })).body.key.id);
  await look();
  assert.deepEqual(await anomalies(bia), []);
});

test('just after midnight the hour before still counts', async (t) => {
  const { regular, look, anomalies, context, clock } = await lookout(t);
  clock.set('2026-11-20T23:30:00Z');
  const ana = await regular(ANA);
  clock.set('2026-11-20T23:50:00Z');
  await spendTokens(context, { userId: ana, tokens: 250_000 });
  clock.set('2026-11-21T00:05:00Z');
  await look();
  const [alert] = await anomalies(ana);
  assert.deepEqual([alert.details.evidence[0].within, alert.details.level], ['hour', 'medium']);
});

test('service accounts are left alone unless the settings say otherwise', async (t) => {
  const { regular, look, anomalies, context, api } = await lookout(t);
  const tool = await regular('tool@example.com', 20_000, { kind: 'service' });
  await spendTokens(context, { userId: tool, tokens: 900_000 });
  await look();
  assert.deepEqual(await anomalies(tool), []);
  await api('/api/admin/settings', {
    method: 'PUT',
    body: { 'anomalies.serviceAccounts': true, 'anomalies.high': 'limit' },
  });
  await look();
  assert.equal((await anomalies(tool))[0].details.step, 'limit');
});

test('each step is as the settings say, down to nothing at all', async (t) => {
  const { regular, look, anomalies, context, api, clock, mails } = await lookout(t, {
    config: {
      anomalies: {
        low: 'off',
        medium: 'suspend',
        high: 'limit',
        suspendHours: null,
        limitPerMinute: 3,
        limitMinutes: 15,
      },
    },
  });
  const [ana, bia, caio] = [await regular(ANA), await regular('bia@example.com'), await regular('caio@example.com')];
  await spendTokens(context, { userId: ana, tokens: 120_000 });
  await spendTokens(context, { userId: bia, tokens: 240_000 });
  await spendTokens(context, { userId: caio, tokens: 900_000 });
  await look();
  assert.deepEqual(await anomalies(ana), []);
  assert.deepEqual(await mails(ANA), []);
  const profile = async (id: string) => (await api(`/api/admin/users/${id}/profile`)).body;
  assert.equal((await api(`/api/admin/users/${bia}`)).body.status, 'suspended');
  assert.equal((await profile(bia)).suspendedUntil, null);
  const [alert] = await anomalies(caio);
  assert.deepEqual((await profile(caio)).temporaryRate, {
    perMinute: 3,
    until: clock.now() + 15 * MINUTE_MS,
    alertId: alert.id,
  });
});

test('bad settings are refused with a sentence, and nothing changes', async (t) => {
  const { api } = await lookout(t);
  for (const [key, value] of [
    ['anomalies.medium', 'shout'],
    ['anomalies.limitPerMinute', 0],
    ['anomalies.limitMinutes', 20_000],
    ['anomalies.suspendHours', -1],
  ] as const) {
    const { status, body } = await api('/api/admin/settings', { method: 'PUT', body: { [key]: value } });
    assert.deepEqual([status, body.error.code, body.error.field], [400, 'invalid_setting', key]);
  }
});

test('a look that is repeated, elsewhere or after a crash, tells and does nothing twice', async (t) => {
  const { regular, look, anomalies, mails, context, clock, gateway } = await lookout(t);
  const ana = await regular(ANA);
  await spendTokens(context, { userId: ana, tokens: 240_000 });
  await look();
  const { installation } = context.db.tables;
  // As if the gateway had died after the finding, and before it wrote down that it looked.
  await context.db.delete(installation);
  const other = createAnomalyWatch(context);
  t.after(other.stop);
  await Promise.all([other.runDue(), gateway.background.anomalies.runDue()]);
  clock.advance(MINUTE_MS);
  await look();
  assert.equal((await anomalies(ana)).length, 1);
  assert.deepEqual([(await mails(ANA)).length, (await mails(ROOT)).length], [1, 1]);
});

test('an alert that restricts nobody is over after a day; what is unusual then is told of anew', async (t) => {
  const { regular, look, anomalies, context, clock } = await lookout(t);
  const ana = await regular(ANA);
  await spendTokens(context, { userId: ana, tokens: 120_000 });
  await look();
  clock.advance(DAY_MS);
  await look();
  const [old] = await anomalies(ana);
  assert.deepEqual([old.resolvedBy, old.falseAlarmAt], ['system', null]);
  await spendTokens(context, { userId: ana, tokens: 240_000 });
  await look();
  assert.deepEqual(
    (await anomalies(ana)).map(({ resolvedAt }) => resolvedAt === null),
    [true, false],
  );
});
