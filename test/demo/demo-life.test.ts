import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { and, eq, gte, sql } from 'drizzle-orm';
import { conversationOf, startDemoLife } from '../../gateway/demo/demo-life.ts';
import { fillDemo } from '../../gateway/demo/fill-demo.ts';
import { createLivePace } from '../../gateway/demo/live-pace.ts';
import { createRandom } from '../../gateway/demo/random.ts';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';

/** A gateway with the demo's team, and a promise that resolves when so many requests were answered. */
async function living(t: TestContext) {
  const { context, url, serviceKey } = await build(t);
  await fillDemo(context, { days: 2 });
  const answers: number[] = [];
  let wake = () => {};
  const answered = async (count: number) => {
    while (answers.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  const onAnswer = (status: number) => {
    answers.push(status);
    wake();
  };
  const start = (baseUrl = url, key: string | null = serviceKey) =>
    startDemoLife(context, baseUrl, key, { pauseMs: 2, seed: 7, onAnswer });
  return { context, url, answers, answered, start };
}

test('people of the demo talk through the gateway, are metered, and nobody new appears', async (t) => {
  const { context, answers, answered, start } = await living(t);
  const { users, usageRecords } = context.db.tables;
  const before = { users: await context.db.$count(users), records: await context.db.$count(usageRecords) };
  const startedAt = context.clock.now();
  const life = await start();
  t.after(life.stop);
  await answered(30);
  await life.stop();
  assert.equal(await context.db.$count(users), before.users);
  assert.ok(
    (await context.db.$count(usageRecords)) >= before.records + answers.filter((status) => status === 200).length,
  );
  assert.ok(answers.filter((status) => status === 200).length >= 20, answers.join(' '));
  // Who is at the limit is refused, and so are interns who ask for a large model.
  assert.ok(
    answers.every((status) => [200, 403, 429].includes(status)),
    answers.join(' '),
  );
  const models = await context.db
    .selectDistinct({ model: usageRecords.model })
    .from(usageRecords)
    .where(and(eq(usageRecords.usageSource, 'reported'), gte(usageRecords.createdAt, startedAt)));
  assert.ok(models.length > 3);
});

test('stopping really stops: no request after it, none left open, and a second stop changes nothing', async (t) => {
  const { context, url, answers, answered, start } = await living(t);
  const life = await start(url, null);
  await answered(3);
  await life.stop();
  await life.stop();
  const { holds, usageRecords } = context.db.tables;
  const seen = answers.length;
  const pending = async () => (await context.db.$count(holds)) > 0;
  while (await pending()) await new Promise((resolve) => setImmediate(resolve));
  const [before] = await context.db.select({ count: sql<number>`count(*)`.mapWith(Number) }).from(usageRecords);
  // As many turns of the event loop as many requests would have taken.
  for (let turn = 0; turn < 2_000; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const [after] = await context.db.select({ count: sql<number>`count(*)`.mapWith(Number) }).from(usageRecords);
  assert.deepEqual(after, before);
  assert.equal(answers.length, seen);
});

test('a gateway that cannot be reached is no reason to fail, nor to keep the process alive', async (t) => {
  const { answers, start } = await living(t);
  const life = await start('http://127.0.0.1:1');
  await new Promise((resolve) => setImmediate(resolve));
  await life.stop();
  assert.deepEqual(answers, []);
});

test('a working day of the demo charges about what its history did, and raises no more than a handful of alerts', async (t) => {
  const clock = testClock('2026-11-19T03:00:00Z');
  const { context, gateway, url, serviceKey } = await build(t, { clock });
  const { alerts, usageRecords, dailyTotals } = context.db.tables;
  await fillDemo(context);
  const pace = await createLivePace(context);
  const random = createRandom(11);
  const { alerts: engine, anomalies } = gateway.background;
  const begun = clock.now();
  const ends = begun + 24 * 3_600_000;
  let lookedAt = begun;
  let requests = 0;
  let next = begun;
  const send = async (at: number): Promise<void> => {
    const person = pace.next(at, random);
    assert.ok(person);
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${serviceKey}`,
        'content-type': 'application/json',
        'x-user-email': person.email,
      },
      // Only how it arrives is another: streams have a pace of their own.
      body: JSON.stringify({ ...conversationOf(person, random), stream: false }),
    });
    await response.arrayBuffer();
    requests += 1;
    if (response.status !== 200) pace.rest(person, at);
  };
  while (clock.now() < ends) {
    // A minute's requests at once, so that a day is over soon.
    const sent: Promise<void>[] = [];
    for (; next < clock.now() + 60_000; next += pace.pauseMs(next, random)) sent.push(send(next));
    await Promise.all(sent);
    clock.advance(60_000);
    if (clock.now() - lookedAt < 180_000) continue;
    lookedAt = clock.now();
    await engine.flush();
    await anomalies.runDue();
  }
  assert.ok(requests > 1_500, `${requests} requests in a day`);
  const raised = await context.db.select().from(alerts).where(gte(alerts.createdAt, begun));
  const told = raised.map(({ kind, details }) => `${kind} ${JSON.stringify(details)}`).join('\n');
  assert.ok(raised.length <= 5, told);
  assert.ok(
    raised.every(({ kind }) => kind !== 'anomaly'),
    told,
  );

  const [live] = await context.db
    .select({ tokens: sql<number>`sum(${usageRecords.chargedTokens})`.mapWith(Number) })
    .from(usageRecords)
    .where(gte(usageRecords.createdAt, begun));
  const [usual] = await context.db
    .select({ tokens: sql<number>`sum(${dailyTotals.chargedTokens}) / 63`.mapWith(Number) })
    .from(dailyTotals)
    .where(sql`${dailyTotals.day} < '2026-11-19'`);
  assert.ok(live && usual);
  assert.ok(live.tokens > usual.tokens / 3 && live.tokens < usual.tokens * 2, `${live.tokens} and ${usual.tokens}`);
});
