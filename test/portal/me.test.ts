import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import { openHold, spendTokens } from '../accounts/account-kit.ts';
import { portal } from './portal-kit.ts';

test('a user sees balance, holds, pace and what credits cost', async (t) => {
  const { person, context } = await portal(t);
  const ana = await person('ana@example.com', { name: 'Ana', monthlyLimit: 1_000, credits: 500 });
  await spendTokens(context, { userId: ana.id, tokens: 800 });
  await openHold(context, { userId: ana.id, tokens: 300 });
  const { body } = await ana.call('/api/me');
  const { usedMonthly, heldMonthly, usedCredits, heldCredits, credits, available, monthlyLimit, usagePercent } = body;
  assert.deepEqual(
    { usedMonthly, heldMonthly, usedCredits, heldCredits, credits, available, monthlyLimit, usagePercent },
    {
      usedMonthly: 800,
      heldMonthly: 200,
      usedCredits: 0,
      heldCredits: 100,
      credits: 500,
      available: 400,
      monthlyLimit: 1_000,
      usagePercent: 53.3,
    },
  );
  assert.deepEqual(body.plan, { id: 'basic', name: 'Basic' });
  assert.deepEqual(body.price, { perMillion: 50_000_000, currency: 'BRL' });
  assert.equal(body.pace.dailyAverage, 800);
  assert.equal(body.nextReset, Date.parse('2026-12-01T00:00:00Z'));
  const stats = (await ana.call('/api/me/stats')).body;
  assert.equal(stats.usageByDay.at(-1).tokens, 800);
  const usage = (await ana.call('/api/me/usage')).body;
  assert.deepEqual([usage.total, usage.items[0].userId], [2, ana.id]);
});

test('an answer by mail is promised where mails leave, to whoever has an address', async (t) => {
  const { api, person, context } = await portal(t);
  const ana = await person('ana@example.com');
  const byMail = async () => (await ana.call('/api/me')).body.answersByMail;
  assert.equal(await byMail(), false, 'no mail server');
  await api('/api/admin/settings', { method: 'PUT', body: { 'smtp.host': '127.0.0.1', 'smtp.from': null } });
  assert.equal(await byMail(), false, 'no sender');
  await api('/api/admin/settings', { method: 'PUT', body: { 'smtp.from': 'ia@example.com' } });
  assert.equal(await byMail(), true);
  const { users } = context.db.tables;
  await context.db.update(users).set({ email: null }).where(eq(users.id, ana.id));
  assert.equal(await byMail(), false, 'no address');
});

test('no limit is told as such', async (t) => {
  const { person } = await portal(t);
  const ana = await person('ana@example.com', { monthlyLimit: null });
  const { body } = await ana.call('/api/me');
  assert.deepEqual([body.monthlyLimit, body.available], [null, null]);
});

test('preferences are kept, thresholds within their bounds', async (t) => {
  const { person, api } = await portal(t);
  const ana = await person('ana@example.com');
  const set = (body: unknown) => ana.call('/api/me/preferences', { method: 'PUT', body });
  assert.deepEqual((await ana.call('/api/me')).body.alerts, { mail: true, thresholds: [80, 95], own: false });
  const changed = await set({ locale: 'pt-BR', mailAlerts: false, thresholds: [50, 90] });
  assert.equal(changed.body.locale, 'pt-BR');
  assert.deepEqual(changed.body.alerts, { mail: false, thresholds: [50, 90], own: true });
  for (const thresholds of [[], [49], [100], [50, 50], [90, 50], [50.5], [50, 60, 70, 80], ['50']]) {
    const refused = await set({ thresholds });
    assert.deepEqual(
      [refused.status, refused.body.error.field?.split('.')[0]],
      [400, 'thresholds'],
      String(thresholds),
    );
  }
  assert.equal((await set({ locale: 'fr' })).body.error.field, 'locale');
  assert.equal((await set({ status: 'active' })).status, 400);
  assert.deepEqual((await ana.call('/api/me')).body.alerts.thresholds, [50, 90]);
  assert.deepEqual((await set({ thresholds: null })).body.alerts, { mail: false, thresholds: [80, 95], own: false });
  assert.equal((await api('/api/admin/audit?search=user.preferences_changed')).body.total, 2);
});

test('the statement is a file that spreadsheets open, and all own data is one of JSON', async (t) => {
  const { person, context, api, clock } = await portal(t);
  const ana = await person('ana@example.com');
  await spendTokens(context, { userId: ana.id, tokens: 250, model: '=HYPERLINK("x")' });
  clock.advance(1_000);
  await api(`/api/admin/users/${ana.id}/tokens`, { body: { amount: 1_000, reason: 'Welcome, "Ana"' } });
  const csv = await ana.call('/api/me/export');
  assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/);
  assert.match(csv.headers.get('content-disposition') ?? '', /attachment; filename="ia-solaris-2026-11-20\.csv"/);
  const lines = csv.body.replace('\uFEFF', '').trim().split('\r\n');
  assert.equal(lines.length, 3);
  assert.match(lines[1], /,debit,"'=HYPERLINK\(""x""\)",,250,0,250,0,,led_/);
  assert.match(lines[2], /,grant,,,0,1000,250,1000,"Welcome, ""Ana""",led_/);
  const json = await ana.call('/api/me/export?format=json');
  assert.equal(json.body.user.email, 'ana@example.com');
  assert.equal(json.body.ledger.length, 2);
  assert.equal((await ana.call('/api/me/export?from=2026-11-21')).body.trim().split('\r\n').length, 1);
  assert.equal((await ana.call('/api/me/export?from=tomorrow')).body.error.field, 'from');
});

test('personal keys are made, named and revoked; the secret is shown once, and a key makes no keys', async (t) => {
  const { person, api, url } = await portal(t);
  const ana = await person('ana@example.com');
  const made = await ana.call('/api/me/keys', { body: { name: 'laptop' } });
  assert.equal(made.status, 201);
  const { secret, key } = made.body;
  assert.match(secret, /^pk-sol-[\w-]{43}$/);
  const byKey = { headers: { authorization: `Bearer ${secret}` } };
  assert.equal((await api('/api/me', byKey)).body.email, 'ana@example.com');
  assert.equal((await fetch(`${url}/v1/models`, byKey)).status, 200);
  const forbidden = await api('/api/me/keys', { ...byKey, body: { name: 'offspring' } });
  assert.deepEqual([forbidden.status, forbidden.body.error.code], [403, 'session_required']);
  assert.equal((await ana.call(`/api/me/keys/${key.id}`, { method: 'PUT', body: { name: 'old laptop' } })).status, 200);
  const list = await ana.call('/api/me/keys');
  assert.deepEqual(list.body.items.map(({ name }: { name: string }) => name).sort(), ['old laptop', 'script']);
  assert.equal(JSON.stringify(list.body).includes(secret), false);
  assert.equal((await ana.call(`/api/me/keys/${key.id}`, { method: 'DELETE' })).status, 204);
  assert.equal((await api('/api/me', byKey)).status, 401);
  assert.equal((await fetch(`${url}/v1/models`, byKey)).status, 401);
  assert.equal((await ana.call('/api/me/keys')).body.total, 1);
  assert.equal((await ana.call('/api/me/keys', { body: { name: ' ' } })).body.error.field, 'name');
  assert.equal((await ana.call(`/api/me/keys/${ana.keyId}`, { method: 'DELETE' })).status, 204);
  assert.equal((await ana.call('/api/me')).status, 401, 'a session that a key opened ends with the key');
});

test('a suspended user can see why, and object', async (t) => {
  const { person, api } = await portal(t);
  const ana = await person('ana@example.com');
  await api(`/api/admin/users/${ana.id}/suspend`, { body: { reason: 'odd traffic' } });
  const { body } = await ana.call('/api/me');
  assert.deepEqual([body.status, body.statusReason], ['suspended', 'odd traffic']);
  const objection = await ana.call('/api/support/contact', { body: { kind: 'objection', message: 'That was a test' } });
  assert.equal(objection.status, 201);
});

test('live events reach a user only about themselves', async (t) => {
  const { person, ask, url, api } = await portal(t);
  const ana = await person('ana@example.com');
  const eve = await person('eve@example.com');
  const abort = new AbortController();
  t.after(() => abort.abort());
  const stream = await fetch(`${url}/api/events`, {
    headers: { authorization: `Bearer ${ana.token}` },
    signal: abort.signal,
  });
  assert.equal(stream.status, 200);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader);
  let text = (await reader.read()).value ?? '';
  assert.match(text, /"connected"/);
  await ask(eve);
  await api('/api/admin/plans/basic', { method: 'PUT', body: { answerHours: 8 } });
  const id = await ask(ana);
  while (!text.includes(id)) text += (await reader.read()).value ?? '';
  assert.match(text, new RegExp(`"ticket_changed","ticketId":"${id}"`));
  assert.equal(text.includes(eve.id), false);
  assert.equal(text.includes('plans_changed'), false);
});

test('whoever may send fewer requests for a while sees how many, and until when', async (t) => {
  const { person, context, clock } = await portal(t);
  const ana = await person('ana@example.com');
  const until = clock.now() + 60_000;
  const { users } = context.db.tables;
  await context.db
    .update(users)
    .set({ temporaryRate: 10, temporaryRateUntil: until, temporaryRateAlertId: 'alr_1' })
    .where(eq(users.id, ana.id));
  const shown = async () => (await ana.call('/api/me')).body.temporaryRate;
  assert.deepEqual(await shown(), { perMinute: 10, until, alertId: 'alr_1' });
  clock.set(until);
  assert.equal(await shown(), null);
});
