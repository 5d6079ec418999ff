/** What administrators hear of the caps that departments and the team share. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { warnedIn } from '../../gateway/reports/quality/requests.ts';
import { openHold, spendTokens } from '../accounts/account-kit.ts';
import { buildProxy } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import { alertOffice } from './alert-kit.ts';

const ANA = 'ana@example.com';
const ROOT = 'root@example.com';
const OPERATORS = [
  { email: ROOT, password: 'correct horse battery', role: 'admin' },
  { email: 'approver@example.com', password: 'correct horse battery', role: 'approver' },
];

async function team(t: TestContext) {
  const built = await alertOffice(t, { config: { operators: OPERATORS } });
  const { api, context, settled } = built;
  const ana = await built.person(ANA, { monthlyLimit: null });
  const cap = async (values: Record<string, unknown>, id = 'team') => {
    const answer = await api(`/api/admin/departments/${id}`, { method: 'PUT', body: { reason: 'test', ...values } });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    await settled();
  };
  const open = async () => {
    await settled();
    const { body } = await api('/api/admin/alerts?sort=createdAt');
    return body.items.map((alert: { kind: string; user: null; details: { name: string } }) => {
      assert.equal(alert.user, null);
      return `${alert.kind} ${alert.details.name}`;
    });
  };
  const spend = async (tokens: number, costMicroUsd = 0) => {
    await spendTokens(context, { userId: ana, tokens, costMicroUsd });
    await context.events.emit({ kind: 'request_settled', userId: ana });
    await settled();
  };
  const { body } = await api('/api/admin/departments/team');
  return { ...built, ana, cap, open, spend, name: body.name as string };
}

test('80, 95 and 100 % of a cap in tokens are told of once a month, the higher in place of the lower', async (t) => {
  const { cap, open, spend, mails, smtp, clock, name, context } = await team(t);
  await cap({ capTokens: 1_000, stopAtCap: false });
  await spend(799);
  assert.deepEqual(await open(), []);
  await spend(1);
  await spend(100);
  assert.deepEqual(await open(), [`warning ${name}`]);
  await spend(60);
  assert.deepEqual(await open(), [`critical ${name}`]);
  await spend(40);
  await spend(40);
  assert.deepEqual(await open(), [`blocked ${name}`], 'a cap that only shows lets requests pass');
  assert.deepEqual(await mails(ROOT), [
    'The whole team: 80% of the shared cap is used',
    'The whole team: 96% of the shared cap is used',
    'The whole team: the shared cap is used up',
  ]);
  assert.match(smtp.received.at(-1)?.raw ?? '', /This cap only shows: requests go on/);
  const warned = await warnedIn(context, { from: 0, before: clock.now() + 1 });
  assert.deepEqual(warned, { people: 0, asked: 0 }, 'no person was warned');
  assert.deepEqual(
    smtp.received.filter(({ to }) => to === ANA || to === 'approver@example.com'),
    [],
  );
  clock.set('2026-12-02T12:00:00Z');
  await spend(960);
  assert.equal(
    (await mails(ROOT)).at(-1),
    'The whole team: 96% of the shared cap is used',
    'and anew in the next month',
  );
  assert.equal((await mails(ROOT)).length, 4, 'crossing two at once sends the higher alone');
});

test('of a cap in tokens and one in money, the one that is nearer to its end is told of', async (t) => {
  const { cap, open, spend, mails, smtp, name } = await team(t);
  await cap({ capTokens: 1_000_000, capMicroUsd: 10_000_000, stopAtCap: false });
  await spend(10, 8_200_000);
  assert.deepEqual(await open(), [`warning ${name}`]);
  assert.deepEqual(await mails(ROOT), ['The whole team: 82% of the shared cap is used']);
  assert.match(smtp.received[0]?.raw ?? '', /US\$8\.20/);
});

test('a higher cap resolves what is no longer reached, a lower one is told of at once, none ends it', async (t) => {
  const { cap, open, spend, mails, name } = await team(t);
  await cap({ capTokens: 1_000, stopAtCap: false });
  await spend(960);
  await cap({ capTokens: 2_000 });
  assert.deepEqual(await open(), []);
  await cap({ capTokens: 1_000 });
  assert.deepEqual(await open(), [`critical ${name}`]);
  await cap({ capTokens: null });
  assert.deepEqual(await open(), []);
  assert.equal((await mails(ROOT)).length, 2);
});

test('a department is told of by its name, also to its own end, and is forgotten with it', async (t) => {
  const { api, context, settled, open, mails, person, clock } = await team(t);
  const made = await api('/api/admin/departments', {
    body: { id: 'lab', name: 'Lab', capTokens: 100, stopAtCap: false },
  });
  assert.equal(made.status, 201);
  const bia = await person('bia@example.com', { department: 'lab' });
  await spendTokens(context, { userId: bia, tokens: 85 });
  await context.events.emit({ kind: 'request_settled', userId: bia });
  assert.deepEqual(await open(), ['warning Lab']);
  assert.deepEqual(await mails(ROOT), ['Lab: 85% of the shared cap is used']);
  await api(`/api/admin/users/${bia}`, { method: 'PUT', body: { department: null, reason: 'test' } });
  clock.advance(1_000);
  assert.equal((await api('/api/admin/departments/lab', { method: 'DELETE' })).status, 204);
  await settled();
  assert.deepEqual(await open(), []);
});

test('what is held by requests on their way is not told of as used', async (t) => {
  const { cap, open, context, ana, settled } = await team(t);
  await cap({ capTokens: 1_000 });
  await openHold(context, { userId: ana, tokens: 900 });
  await context.events.emit({ kind: 'request_settled', userId: ana });
  await settled();
  assert.deepEqual(await open(), []);
});

test('two gateways that look at the same moment raise one alert and write once', async (t) => {
  const { cap, context, mails, settled, open, ana, name } = await team(t);
  await cap({ capTokens: 1_000, stopAtCap: false });
  const { createAlertEngine } = await import('../../gateway/alerts/engine.ts');
  const other = createAlertEngine(context);
  t.after(() => other.stop());
  await spendTokens(context, { userId: ana, tokens: 850 });
  await context.events.emit({ kind: 'request_settled', userId: ana });
  await Promise.all([other.flush(), settled()]);
  assert.deepEqual(await open(), [`warning ${name}`]);
  assert.equal((await mails(ROOT)).length, 1);
});

test('a cap that stops refuses a request and is told of as used up, whatever the share; one that only shows lets it pass', async (t) => {
  const kit = await buildProxy(t);
  const alerts = async () => {
    await kit.gateway.background.alerts.flush();
    const { items } = (await kit.api('/api/admin/alerts')).body;
    return items.map((alert: { kind: string; details: { refused?: boolean } }) => [alert.kind, alert.details.refused]);
  };
  const cap = (body: object) =>
    kit.api('/api/admin/departments/team', { method: 'PUT', body: { reason: 'test', ...body } });
  await cap({ capTokens: 10, stopAtCap: true });
  const refused = await kit.ask();
  assert.equal(refused.status, 429);
  assert.equal(errorIn(refused).code, 'insufficient_quota');
  assert.equal(kit.upstream.calls.length, 0);
  assert.deepEqual(await alerts(), [['blocked', true]]);
  await kit.ask();
  assert.deepEqual(await alerts(), [['blocked', true]]);
  await cap({ name: 'Everybody' });
  assert.deepEqual(await alerts(), [['blocked', true]], 'another name is no more room');
  await cap({ stopAtCap: false });
  assert.deepEqual(await alerts(), []);
  const passed = await kit.ask();
  assert.equal(passed.status, 200);
  assert.deepEqual(await alerts(), [['blocked', undefined]], 'it is used up by now, and shows');
});
