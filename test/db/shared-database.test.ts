/** Two gateways on one Postgres, in one process: what is changed at one is known at the other by a notice. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { SYSTEM } from '../../gateway/audit/audit-writer.ts';
import type { GatewayEvent } from '../../gateway/events/event-bus.ts';
import { addOperator, browser, signIn, turnTotpOn } from '../operators/people.ts';
import { type Built, build } from '../support/build.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
/** Far longer than a notice takes, and less than it takes until everything is looked at again without one. */
const PATIENCE_MS = 25_000;

async function two(t: TestContext): Promise<{ here: Built; there: Built; url: string }> {
  const database = await createTestDatabase();
  const options = { flags: { databaseUrl: database.url }, env: { SECRET_KEY } };
  const here = await build(t, options);
  const there = await build(t, options);
  t.after(() => database.drop());
  return { here, there, url: database.url };
}

/** Resolves with the first event at `built` that `isIt`; fails where no notice came. */
function heard({ context }: Built, isIt: (event: GatewayEvent) => boolean): Promise<GatewayEvent> {
  const { promise, resolve } = Promise.withResolvers<GatewayEvent>();
  const off = context.events.onAny((event) => {
    if (isIt(event)) resolve(event);
  });
  const late = pause(PATIENCE_MS, undefined, { ref: false }).then(() => assert.fail('no notice came'));
  return Promise.race([promise, late]).finally(off);
}

test('a setting that is changed at one is in force at the other', async (t) => {
  const { here, there } = await two(t);
  const told = heard(there, ({ kind }) => kind === 'settings_changed');
  await here.context.settings.set({ defaultMonthlyLimit: 4_321 }, SYSTEM);
  await told;
  assert.equal(there.context.settings.current().defaultMonthlyLimit, 4_321);
});

test('events of one are heard at the other, once, and not again where they came from', async (t) => {
  const { here, there } = await two(t);
  const at: Record<'here' | 'there', string[]> = { here: [], there: [] };
  here.context.events.onAny((event) => void (event.kind === 'user_changed' && at.here.push(event.userId)));
  there.context.events.onAny((event) => void (event.kind === 'user_changed' && at.there.push(event.userId)));
  const told = heard(there, (event) => event.kind === 'user_changed' && event.userId === 'usr_2');
  await here.context.events.emit({ kind: 'user_changed', userId: 'usr_1' });
  await here.context.events.emit({ kind: 'user_changed', userId: 'usr_2' });
  await told;
  assert.deepEqual(at, { here: ['usr_1', 'usr_2'], there: ['usr_1', 'usr_2'] });
});

test('requests that end at one are shown at the other, gathered', async (t) => {
  const { here, there } = await two(t);
  const told = heard(there, (event) => event.kind === 'request_settled' && event.userId === 'usr_9');
  for (let round = 0; round < 100; round++) {
    for (const userId of ['usr_8', 'usr_9']) void here.context.events.emit({ kind: 'request_settled', userId });
  }
  assert.deepEqual(await told, { kind: 'request_settled', userId: 'usr_9' });
});

test('a session of one signs in at the other, and ends at both', async (t) => {
  const { here, there } = await two(t);
  await addOperator(here.context, 'owner@example.com');
  const page = browser(here);
  assert.equal((await signIn(page, 'owner@example.com')).status, 200);
  const meThere = () => there.api('/api/auth/me', { headers: { authorization: `Bearer ${page.token}` } });
  assert.equal((await meThere()).status, 200);
  assert.ok((await page.call('/api/auth/logout', { method: 'POST' })).status < 300);
  assert.equal((await meThere()).status, 401);
});

test('a connection for notices that breaks is made again, and what was missed is made up for', async (t) => {
  const { here, there, url } = await two(t);
  assert.equal(there.context.db.notices?.isConnected(), true);
  const missed = heard(there, ({ kind }) => kind === 'plans_changed');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ia-solaris notices' AND datname = current_database()`,
  );
  await client.end();
  await missed;
  const again = Promise.withResolvers<void>();
  const timer = setInterval(() => there.context.db.notices?.isConnected() && again.resolve(), 20);
  await again.promise;
  clearInterval(timer);
  const told = heard(there, (event) => event.kind === 'user_changed' && event.userId === 'usr_3');
  await here.context.events.emit({ kind: 'user_changed', userId: 'usr_3' });
  await told;
});

test('a recovery code that is given at both at once lets somebody in at one of them', async (t) => {
  const { here, there } = await two(t);
  const id = await addOperator(here.context, 'ana@example.com');
  const page = browser(here);
  await signIn(page, 'ana@example.com');
  const { codes } = await turnTotpOn(page, here.context.clock.now());
  const [totp] = codes;
  const answers = await Promise.all([here, there].map((built) => signIn(browser(built), 'ana@example.com', { totp })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401]);
  assert.equal(answers.find(({ status }) => status === 200)?.body.recoveryCodesLeft, codes.length - 1);
  const used = await there.api(`/api/admin/audit?target=${id}&action=operator.recovery_code_used`);
  assert.equal(used.body.total, 1);
});
