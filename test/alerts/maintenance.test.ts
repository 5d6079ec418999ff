/** What people hear of maintenance. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMaintenanceWatch } from '../../gateway/alerts/maintenance-watch.ts';
import { alertOffice } from './alert-kit.ts';

const ANA = 'ana@example.com';
const ROOT = 'root@example.com';
const OPERATORS = [
  { email: ROOT, password: 'correct horse battery', role: 'admin' },
  { email: 'viewer@example.com', password: 'correct horse battery', role: 'viewer' },
];

async function house(t: Parameters<typeof alertOffice>[0], config: object = {}) {
  const built = await alertOffice(t, { config: { operators: OPERATORS, ...config } });
  const { context, gateway, api } = built;
  const put = async (values: Record<string, unknown>) => {
    const answer = await api('/api/admin/settings', { method: 'PUT', body: values });
    await gateway.background.maintenance.look();
    return answer;
  };
  return { ...built, context, put };
}

test('administrators, and nobody else, get a mail when maintenance begins and when it ends', async (t) => {
  const { person, put, mails, smtp, api, operator } = await house(t);
  await person(ANA);
  const on = await put({ 'maintenance.on': true, 'maintenance.message': 'New disks.' });
  assert.equal(on.status, 200);
  await put({ 'maintenance.message': 'New disks, nearly done.' });
  assert.deepEqual(await mails(ROOT), ['Maintenance has begun'], 'a change of words is no second beginning');
  const [alert] = (await api('/api/admin/alerts?kind=system')).body.items;
  assert.deepEqual([alert.details.check, alert.details.message], ['maintenance', 'New disks.']);
  await put({ 'maintenance.on': false });
  await put({ 'maintenance.on': false });
  assert.deepEqual(await mails(ROOT), ['Maintenance has begun', 'Maintenance is over']);
  assert.deepEqual((await api('/api/admin/alerts?kind=system')).body.items, []);
  const readers = new Set(smtp.received.map(({ to }) => to));
  assert.deepEqual([readers.has(ANA), readers.has('viewer@example.com')], [false, false]);
  const viewer = await operator('viewer');
  const headers = { authorization: `Bearer ${viewer.token}` };
  const body = { 'maintenance.on': true };
  assert.equal((await api('/api/admin/settings', { method: 'PUT', body, headers })).status, 403);
});

test('the active users are told where the operator wants it, with the words and the expected end, and when it is over', async (t) => {
  const { person, put, mails, smtp, api } = await house(t);
  await person(ANA, { locale: 'pt-BR' });
  const bia = await person('bia@example.com', { locale: 'en' });
  await api(`/api/admin/users/${bia}/suspend`, { body: { reason: 'test' } });
  await mails(ANA);
  const before = smtp.received.length;
  await put({
    'maintenance.on': true,
    'maintenance.message': 'Discos novos & <b>rápidos</b>.',
    'maintenance.until': '2026-11-20T15:00:00Z',
    'maintenance.tellUsers': true,
  });
  assert.deepEqual((await mails(ANA)).at(-1), 'O chat de IA está em manutenção');
  const notice = smtp.received.findLast(({ to }) => to === ANA)?.raw ?? '';
  assert.match(notice, /15:00 \(UTC\)/);
  assert.match(notice, /&lt;b&gt;r/, 'what operators write is text');
  await put({ 'maintenance.on': false, 'maintenance.until': null, 'maintenance.tellUsers': false });
  assert.deepEqual((await mails(ANA)).slice(-2), ['O chat de IA está em manutenção', 'O chat de IA voltou']);
  const told = smtp.received.slice(before).map(({ to }) => to);
  assert.equal(told.includes('bia@example.com'), false, 'whoever is suspended misses nothing');
  assert.equal(told.filter((to) => to === ANA).length, 2);
});

test('a notice that could not be sent before the end is never sent, and nobody hears of an end without a beginning', async (t) => {
  const { person, put, context } = await house(t, { smtp: { host: null } });
  await person(ANA);
  await put({ 'maintenance.on': true, 'maintenance.tellUsers': true });
  await put({ 'maintenance.on': false, 'maintenance.tellUsers': false });
  const { outbox } = context.db.tables;
  const rows = await context.db.select({ kind: outbox.kind, status: outbox.status }).from(outbox);
  const ofUsers = rows.filter(({ kind }) => kind === 'maintenance_notice' || kind === 'maintenance_over');
  assert.deepEqual(ofUsers, [{ kind: 'maintenance_notice', status: 'skipped' }]);
});

test('two gateways that hear of it write once, and what one left undone the next look does', async (t) => {
  const { person, put, mails, context } = await house(t);
  const other = createMaintenanceWatch(context);
  t.after(() => other.stop());
  await person(ANA);
  await put({ 'maintenance.on': true, 'maintenance.tellUsers': true });
  await other.look();
  // As after a stop between the notices and the note that they were written.
  const { alerts } = context.db.tables;
  await context.db.update(alerts).set({ details: { check: 'maintenance' } });
  await person('late@example.com');
  await other.look();
  assert.deepEqual(await mails(ROOT), ['Maintenance has begun']);
  assert.deepEqual(await mails(ANA), ['The AI chat is in maintenance']);
  assert.deepEqual(await mails('late@example.com'), ['The AI chat is in maintenance']);
});

test('maintenance of the configuration is told of at the start, and its end at the next', async (t) => {
  const built = await house(t, { maintenance: { on: true } });
  await built.gateway.background.maintenance.look();
  assert.deepEqual(await built.mails(ROOT), ['Maintenance has begun']);
  const refused = await built.put({ 'maintenance.on': false });
  assert.equal(refused.body.error.code, 'setting_locked');
  const next = await built.restart({ config: { operators: OPERATORS } });
  await next.gateway.background.maintenance.look();
  const { outbox } = next.context.db.tables;
  const rows = await next.context.db.select().from(outbox);
  const { id } = rows.find(({ kind }) => kind === 'maintenance_started') ?? {};
  const ended = rows.filter(({ kind }) => kind === 'maintenance_ended');
  assert.equal(typeof id, 'string');
  assert.equal(ended.length > 0, true);
  assert.equal(new Set(ended.map(({ operatorId }) => operatorId)).size, ended.length, 'one for each administrator');
});

test('maintenance that outlasts its expected end is remembered once, by a mail and an alert that ends with it', async (t) => {
  const { person, put, mails, api, clock, gateway, context } = await house(t);
  await person(ANA);
  const other = createMaintenanceWatch(context);
  t.after(() => other.stop());
  const checks = async () =>
    (await api('/api/admin/alerts?kind=system')).body.items
      .map(({ details }: { details: { check: string } }) => details.check)
      .sort();
  const until = (hours: number) => new Date(clock.now() + hours * 3_600_000).toISOString();
  await put({ 'maintenance.on': true, 'maintenance.until': until(2) });
  clock.advance(3_600_000);
  await gateway.background.maintenance.look();
  assert.deepEqual(await mails(ROOT), ['Maintenance has begun'], 'not before the end');
  clock.advance(3_600_000);
  await Promise.all([gateway.background.maintenance.look(), other.look()]);
  await gateway.background.maintenance.look();
  const told = ['Maintenance has begun', 'Maintenance is still on'];
  assert.deepEqual(await mails(ROOT), told);
  assert.deepEqual(await checks(), ['maintenance', 'maintenance_overdue']);
  await put({ 'maintenance.until': until(1) });
  assert.deepEqual(await checks(), ['maintenance'], 'another end takes the alert back');
  clock.advance(3_600_000);
  await gateway.background.maintenance.look();
  assert.deepEqual(await checks(), ['maintenance', 'maintenance_overdue']);
  assert.deepEqual(await mails(ROOT), told, 'one reminder is enough');
  await put({ 'maintenance.on': false });
  assert.deepEqual(await checks(), []);
  assert.deepEqual(await mails(ROOT), [...told, 'Maintenance is over']);
  assert.deepEqual(await mails(ANA), []);
});

test('an expected end that is none is refused in words, and switches nothing', async (t) => {
  const { put, context, mails } = await house(t);
  for (const until of ['tomorrow', '2026-13-01T00:00:00Z', '2026-11-20T15:00', 5]) {
    const { status, body } = await put({ 'maintenance.on': true, 'maintenance.until': until });
    assert.deepEqual([status, body.error.code], [400, 'invalid_setting'], String(until));
    assert.match(body.error.message, /a moment with its zone/);
  }
  assert.equal(context.settings.current().maintenance.on, false);
  assert.deepEqual(await mails(ROOT), []);
});
