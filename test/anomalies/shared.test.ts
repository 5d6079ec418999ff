/** Gateways that share a Postgres handle each finding once, also when one of them dies in the middle. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { takeTurn } from '../../gateway/anomalies/turn.ts';
import { newId } from '../../gateway/db/ids.ts';
import { spendTokens } from '../accounts/account-kit.ts';
import { type Built, build } from '../support/build.ts';
import { type TestClock, testClock } from '../support/clock.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

const DAY_MS = 86_400_000;
const LOOK_MS = 180_000;
/** Each gateway of the tests brings an owner of its own. */
const OWNERS = 2;

interface Pair {
  readonly here: Built;
  readonly there: Built;
  readonly clock: TestClock;
}

async function two(t: TestContext): Promise<Pair> {
  const database = await createTestDatabase();
  const clock = testClock();
  const env = { SECRET_KEY: Buffer.alloc(32, 7).toString('base64') };
  const options = { clock, flags: { databaseUrl: database.url }, env };
  const here = await build(t, options);
  const there = await build(t, options);
  t.after(() => database.drop());
  return { here, there, clock };
}

/** Somebody who used twelve times the usual today. @returns the id */
async function somebody({ here: { context }, clock }: Pair, email: string): Promise<string> {
  const today = clock.now();
  const id = newId('usr', today);
  const { users } = context.db.tables;
  await context.db.insert(users).values({
    id,
    email,
    planId: 'enterprise',
    limitMode: 'unlimited',
    createdAt: today,
    updatedAt: today,
  });
  for (let day = 10; day > 0; day--) {
    clock.set(today - day * DAY_MS);
    await spendTokens(context, { userId: id, tokens: 20_000 });
  }
  clock.set(today);
  await spendTokens(context, { userId: id, tokens: 240_000 });
  return id;
}

async function found({ here: { context } }: Pair) {
  const { alerts, outbox, auditLog } = context.db.tables;
  const mails = await context.db.select({ kind: outbox.kind }).from(outbox);
  const audit = await context.db.select({ action: auditLog.action }).from(auditLog);
  return {
    alerts: await context.db.$count(alerts),
    toUsers: mails.filter(({ kind }) => kind === 'anomaly').length,
    toAdministrators: mails.filter(({ kind }) => kind === 'unusual_use').length,
    limited: audit.filter(({ action }) => action === 'user.rate_limited').length,
  };
}

test('both look at the same moment, and everything happens once', async (t) => {
  const pair = await two(t);
  const people = 5;
  for (let at = 0; at < people; at++) await somebody(pair, `person-${at}@example.com`);
  const { here, there, clock } = pair;
  for (let round = 0; round < 3; round++) {
    clock.advance(LOOK_MS);
    await Promise.all([here, there].map(({ gateway }) => gateway.background.anomalies.runDue()));
  }
  assert.deepEqual(await found(pair), {
    alerts: people,
    toUsers: people,
    toAdministrators: people * OWNERS,
    limited: people,
  });
});

test('while one looks the other does not; when it dies in the middle, the other looks at the same again', async (t) => {
  const pair = await two(t);
  const { here, there, clock } = pair;
  await somebody(pair, 'ana@example.com');
  clock.advance(LOOK_MS);
  const turn = await takeTurn(here.context, LOOK_MS);
  assert.ok(turn, 'here looks, and is not heard of again');
  await there.gateway.background.anomalies.runDue();
  assert.equal((await found(pair)).alerts, 0);
  clock.advance(LOOK_MS);
  await there.gateway.background.anomalies.runDue();
  assert.deepEqual(await found(pair), { alerts: 1, toUsers: 1, toAdministrators: OWNERS, limited: 1 });
  assert.equal(await turn.renew(), false, 'whoever comes back late has lost its turn');
  await turn.end(0);
  assert.equal(await takeTurn(here.context, LOOK_MS), null, 'and cannot turn the time back');
});
