import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRenewals } from '../../gateway/renewal/renewals.ts';
import { openHold, settleHold, spendTokens } from '../accounts/account-kit.ts';
import { alertOffice } from '../alerts/alert-kit.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';

const ANA = 'ana@example.com';

type Office = Awaited<ReturnType<typeof alertOffice>>;

/** The ledger's closing entries of a user: period and what was used. */
async function closings({ api }: Office, userId: string): Promise<[string, number][]> {
  const { items } = (await api(`/api/admin/users/${userId}/ledger?kind=reset&sort=createdAt`)).body;
  return items.map((entry: { period: string; usedMonthlyAfter: number }) => [entry.period, entry.usedMonthlyAfter]);
}

test('the month turns: use is nothing again, credits stay, one closing entry, one mail', async (t) => {
  const office = await alertOffice(t);
  const { person, use, open, mails, api, clock, gateway, smtp, context } = office;
  const ana = await person(ANA);
  await api(`/api/admin/users/${ana}/tokens`, { body: { amount: 500, reason: 'bonus' } });
  await use(ana, 900);
  clock.set('2026-12-01T00:00:00Z');
  await gateway.background.renewals.runDue();
  await gateway.background.renewals.runDue();
  const { body } = await api(`/api/admin/users/${ana}`);
  assert.deepEqual([body.used, body.credits, body.available], [0, 500, 1_500]);
  assert.deepEqual(await closings(office, ana), [['2026-11', 900]]);
  assert.deepEqual(await open(ana), [], 'last month’s alerts are over');
  assert.deepEqual(await mails(ANA), ['500 tokens are yours', 'New tokens for December 2026']);
  const text = smtp.received.find(({ subject }) => subject.startsWith('New tokens'))?.raw ?? '';
  for (const word of [/Tokens used: +900/, /Share of the limit: +90%/, /Requests: +1\b/, /Credits kept: +500/])
    assert.match(text, word);
  await assertLedgerSums(context.db);
});

test('consoles that are open hear, once, that last month’s alerts are over', async (t) => {
  const office = await alertOffice(t);
  const { person, use, open, clock, gateway, context } = office;
  const ana = await person(ANA);
  const bia = await person('bia@example.com');
  await use(ana, 900);
  await use(bia, 900);
  assert.deepEqual([(await open(ana)).length, (await open(bia)).length], [1, 1]);
  const { alerts } = context.db.tables;
  const heard: string[] = [];
  context.events.onAny((event) => {
    if (event.kind === 'alert_resolved') heard.push(event.alertId);
  });
  await gateway.background.renewals.runDue();
  assert.deepEqual(heard, [], 'nothing is over within the month');
  clock.set('2026-12-01T00:00:00Z');
  await gateway.background.renewals.runDue();
  await gateway.background.renewals.runDue();
  assert.deepEqual([(await open(ana)).length, (await open(bia)).length], [0, 0]);
  assert.equal(heard.length, 1);
  const closed = await context.db.select({ id: alerts.id, by: alerts.resolvedBy }).from(alerts);
  assert.ok(closed.some(({ id, by }) => id === heard[0] && by === 'renewal'));
});

test('whoever asks first in the new month is renewed by that, and gets the same mail once', async (t) => {
  const office = await alertOffice(t);
  const { person, use, mails, clock, gateway } = office;
  const ana = await person(ANA);
  await use(ana, 300);
  clock.set('2026-12-01T00:00:00Z');
  await use(ana, 10);
  await gateway.background.renewals.runDue();
  assert.deepEqual(await closings(office, ana), [['2026-11', 300]]);
  assert.deepEqual(await mails(ANA), ['New tokens for December 2026']);
});

test('after months of being off everything is closed once, and nobody reads old news', async (t) => {
  const office = await alertOffice(t);
  const { person, use, mails, clock, gateway } = office;
  const ana = await person(ANA);
  await use(ana, 300);
  clock.set('2027-03-15T12:00:00Z');
  await gateway.background.renewals.runDue();
  assert.deepEqual(await closings(office, ana), [['2026-11', 300]]);
  assert.deepEqual(await mails(ANA), []);
  await use(ana, 10);
  assert.equal((await closings(office, ana)).length, 1);
});

test('a clock that jumps ahead and back renews nobody twice', async (t) => {
  const office = await alertOffice(t);
  const { person, use, mails, clock, api, gateway } = office;
  const ana = await person(ANA);
  await use(ana, 300);
  for (const at of ['2026-12-01T00:00:01Z', '2026-11-30T23:59:59Z', '2026-12-01T00:00:01Z', '2026-11-30T23:59:59Z']) {
    clock.set(at);
    await gateway.background.renewals.runDue();
  }
  assert.equal((await api(`/api/admin/users/${ana}`)).body.used, 300, 'back in November its use counts');
  clock.set('2026-12-02T00:00:00Z');
  await gateway.background.renewals.runDue();
  assert.deepEqual(await closings(office, ana), [['2026-11', 300]]);
  assert.deepEqual(await mails(ANA), ['New tokens for December 2026']);
});

test('a request over midnight is debited to the month of its hold', async (t) => {
  const office = await alertOffice(t);
  const { person, context, clock, api, gateway } = office;
  const ana = await person(ANA);
  clock.set('2026-11-30T23:59:59Z');
  const usageId = await openHold(context, { userId: ana, tokens: 400 });
  clock.set('2026-12-01T00:00:05Z');
  await gateway.background.renewals.runDue();
  await settleHold(context, usageId, { userId: ana, tokens: 350 });
  const { body } = await api(`/api/admin/users/${ana}`);
  assert.deepEqual([body.used, body.held, body.available], [0, 0, 1_000]);
  const rows = await context.db.select().from(context.db.tables.userPeriods);
  assert.deepEqual(rows.map(({ period, usedMonthly }) => [period, usedMonthly]).sort(), [
    ['2026-11', 350],
    ['2026-12', 0],
  ]);
  await assertLedgerSums(context.db);
});

test('the month turns in the configured zone, also where its clocks change', async (t) => {
  for (const [timeZone, before, after] of [
    ['America/Sao_Paulo', '2026-12-01T02:59:59Z', '2026-12-01T03:00:00Z'],
    ['Pacific/Auckland', '2026-11-30T10:59:59Z', '2026-11-30T11:00:00Z'],
  ] as const) {
    const { person, use, clock, api, gateway } = await alertOffice(t, { config: { timeZone } });
    const ana = await person(ANA);
    await use(ana, 300);
    clock.set(before);
    await gateway.background.renewals.runDue();
    assert.equal((await api(`/api/admin/users/${ana}`)).body.used, 300, timeZone);
    clock.set(after);
    await gateway.background.renewals.runDue();
    assert.equal((await api(`/api/admin/users/${ana}`)).body.used, 0, timeZone);
  }
});

test('two gateways that turn the month at once close and tell once', async (t) => {
  const office = await alertOffice(t);
  const { person, context, clock, gateway, mails } = office;
  const people: string[] = [];
  for (let index = 0; index < 30; index++) people.push(await person(`p${index}@example.com`));
  for (const userId of people) await spendTokens(context, { userId, tokens: 5 });
  clock.set('2026-12-01T00:00:00Z');
  const other = createRenewals(context);
  await Promise.all([gateway.background.renewals.runDue(), other.runDue()]);
  for (const userId of people) assert.equal((await closings(office, userId)).length, 1);
  assert.deepEqual(await mails('p7@example.com'), ['New tokens for December 2026']);
});

test('administrators get the report of the month once; approvers and months without a request do not', async (t) => {
  const { person, use, clock, gateway, context, mails } = await alertOffice(t);
  const { operators } = context.db.tables;
  const now = clock.now();
  const made = { createdAt: now, updatedAt: now };
  await context.db.insert(operators).values([
    { id: 'opr_chief', email: 'chief@example.com', role: 'admin', locale: 'pt-BR', ...made },
    { id: 'opr_judge', email: 'judge@example.com', role: 'approver', ...made },
  ]);
  const ana = await person(ANA, { name: 'Ana Souza' });
  await use(ana, 900);
  clock.set('2026-12-01T00:00:00Z');
  await gateway.background.renewals.runDue();
  clock.set('2027-01-01T00:00:00Z');
  await gateway.background.renewals.runDue();
  const subjects = await mails('chief@example.com');
  assert.equal(subjects.length, 1);
  assert.match(subjects[0] ?? '', /^Relatório de novembro de 2026: 900 tokens, US\$/);
  assert.deepEqual(await mails('judge@example.com'), []);
});
