/** One click takes back what was done about unusual use, and only what that alert did. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spendTokens } from '../accounts/account-kit.ts';
import { DAY_MS, type Lookout, lookout, MINUTE_MS } from './anomaly-kit.ts';

const ANA = 'ana@example.com';

/** Ana, limited or suspended, and her alert. */
async function caught({ regular, look, anomalies, context }: Lookout, times: 12 | 40) {
  const ana = await regular(ANA);
  await spendTokens(context, { userId: ana, tokens: times * 20_011 });
  await look();
  const [alert] = await anomalies(ana);
  assert.equal(alert.inForce, times === 12 ? 'limit' : 'suspend');
  return { ana, id: alert.id as string };
}

const post = { method: 'POST' };

test('reverting lifts the rate limit, resolves the alert and is audited, once', async (t) => {
  const office = await lookout(t);
  const { api, context, operator } = office;
  const { ana, id } = await caught(office, 12);
  const heard: string[] = [];
  context.events.onAny(({ kind }) => void heard.push(kind));
  const { token, id: operatorId } = await operator('admin');
  const headers = { authorization: `Bearer ${token}` };
  const { status, body } = await api(`/api/admin/alerts/${id}/revert`, { ...post, headers });
  assert.deepEqual([status, body.inForce, body.resolvedBy, body.falseAlarmAt], [200, null, operatorId, null]);
  assert.equal((await api(`/api/admin/users/${ana}/profile`)).body.temporaryRate, null);
  assert.ok(heard.includes('user_changed') && heard.includes('alert_resolved'));
  assert.equal((await api(`/api/admin/alerts/${id}/revert`, post)).status, 200);
  for (const action of ['user.rate_limit_lifted', 'alert.reverted'])
    assert.equal((await api(`/api/admin/audit?search=${action}`)).body.total, 1, action);
});

test('reverting ends the suspension; the user is active at once', async (t) => {
  const office = await lookout(t);
  const { ana, id } = await caught(office, 40);
  const { api } = office;
  await api(`/api/admin/alerts/${id}/revert`, post);
  assert.equal((await api(`/api/admin/users/${ana}`)).body.status, 'active');
  const profile = (await api(`/api/admin/users/${ana}/profile`)).body;
  assert.deepEqual([profile.statusReason, profile.suspendedByAlert], [null, null]);
  assert.equal((await api('/api/admin/audit?search=user.activated')).body.total, 1);
});

test('what a person decided since stays: a suspension by hand is not lifted', async (t) => {
  const office = await lookout(t);
  const { ana, id } = await caught(office, 40);
  const { api } = office;
  await api(`/api/admin/users/${ana}/suspend`, { body: { reason: 'We talked about it.' } });
  const { body } = await api(`/api/admin/alerts/${id}/revert`, post);
  assert.equal(body.inForce, null);
  assert.equal((await api(`/api/admin/users/${ana}`)).body.status, 'suspended');
  await api(`/api/admin/users/${ana}/activate`, post);
  assert.equal((await api(`/api/admin/users/${ana}`)).body.status, 'active');
});

test('a false alarm lifts the step, is kept, and can be unsaid without restricting anybody again', async (t) => {
  const office = await lookout(t);
  const { ana, id } = await caught(office, 40);
  const { api, clock, anomalies } = office;
  const marked = (await api(`/api/admin/alerts/${id}/false-alarm`, post)).body;
  assert.deepEqual([marked.falseAlarmAt, marked.resolvedAt, marked.inForce], [clock.now(), clock.now(), null]);
  assert.equal((await api(`/api/admin/users/${ana}`)).body.status, 'active');
  await api(`/api/admin/alerts/${id}/false-alarm`, post);
  assert.equal((await api('/api/admin/audit?search=alert.marked_false')).body.total, 1);
  const unsaid = (await api(`/api/admin/alerts/${id}/false-alarm`, { body: { falseAlarm: false } })).body;
  assert.deepEqual([unsaid.falseAlarmAt, unsaid.inForce], [null, null]);
  assert.equal((await api(`/api/admin/users/${ana}`)).body.status, 'active');
  assert.equal((await anomalies(ana)).length, 1);
});

test('the same is not told of again after a false alarm, twice as much is', async (t) => {
  const office = await lookout(t);
  const { ana, id } = await caught(office, 12);
  const { api, context, look, anomalies } = office;
  await api(`/api/admin/alerts/${id}/false-alarm`, post);
  await spendTokens(context, { userId: ana, tokens: 100_000 });
  await look();
  assert.equal((await anomalies(ana)).length, 1);
  await spendTokens(context, { userId: ana, tokens: 150_000 });
  await look();
  assert.equal((await anomalies(ana)).length, 2);
});

test('resolving leaves the step in force; what comes the next day is a new alert', async (t) => {
  const office = await lookout(t);
  const { ana, id } = await caught(office, 12);
  const { api, context, clock, look, anomalies } = office;
  const resolved = (await api(`/api/admin/alerts/${id}/resolve`, post)).body;
  assert.deepEqual([resolved.resolvedAt, resolved.inForce], [clock.now(), 'limit']);
  clock.advance(DAY_MS + MINUTE_MS);
  await spendTokens(context, { userId: ana, tokens: 700_000 });
  await look();
  assert.equal((await anomalies(ana)).length, 2);
  const reverted = (await api(`/api/admin/alerts/${id}/revert`, post)).body;
  assert.equal(reverted.inForce, null);
  assert.equal((await anomalies(ana))[0].inForce, 'limit', 'an old alert does not lift what a new one did');
});

test('viewers and approvers may look and not act; other alerts and none at all are refused', async (t) => {
  const office = await lookout(t);
  const { ana, id } = await caught(office, 40);
  const { api, operator, context } = office;
  for (const role of ['viewer', 'approver'] as const) {
    const { token } = await operator(role);
    const headers = { authorization: `Bearer ${token}` };
    for (const act of ['revert', 'false-alarm', 'resolve'])
      assert.equal((await api(`/api/admin/alerts/${id}/${act}`, { ...post, headers })).status, 403, `${role} ${act}`);
    assert.equal((await api('/api/admin/alerts', { headers })).body.items[0].inForce, 'suspend');
  }
  assert.equal((await api(`/api/admin/users/${ana}`)).body.status, 'suspended');
  const { alerts } = context.db.tables;
  const row = { kind: 'system', dedupeKey: 'system:test', details: {}, createdAt: context.clock.now() } as const;
  await context.db.insert(alerts).values({ id: 'alr_system', ...row });
  for (const act of ['revert', 'false-alarm']) {
    assert.equal((await api(`/api/admin/alerts/alr_none/${act}`, post)).status, 404);
    const other = await api(`/api/admin/alerts/alr_system/${act}`, post);
    assert.deepEqual([other.status, other.body.error.code], [409, 'not_an_anomaly']);
  }
  const bad = await api(`/api/admin/alerts/${id}/false-alarm`, { body: { falseAlarm: 'maybe' } });
  assert.equal(bad.status, 400);
});

test('an erased user takes their alerts along', async (t) => {
  const office = await lookout(t);
  const { ana, id } = await caught(office, 40);
  const { api, anomalies } = office;
  assert.equal((await api(`/api/admin/users/${ana}`, { method: 'DELETE' })).status, 204);
  assert.deepEqual(await anomalies(ana), []);
  assert.equal((await api(`/api/admin/alerts/${id}/revert`, post)).status, 404);
});
