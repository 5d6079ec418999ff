import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { and, eq, gte, sql } from 'drizzle-orm';
import { startDemoLife } from '../../gateway/demo/demo-life.ts';
import { fillDemo } from '../../gateway/demo/fill-demo.ts';
import { build } from '../support/build.ts';

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
