/** The promise: charged never passes limit plus credits, whatever comes at once; and what upstreams served is accounted for. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eq } from 'drizzle-orm';
import { type Built, build } from '../support/build.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';
import { type Knobs, type MockUpstream, startMockUpstream, texts } from '../support/mock-upstream/index.ts';

interface Meter {
  built: Built;
  upstream: MockUpstream;
}

interface Allowance {
  limit: number;
  credits?: number;
}

const EMAIL = 'ana@example.com';
const CROWD = 200;

async function meter(t: TestContext, { limit, credits = 0 }: Allowance, knobs: Knobs = {}): Promise<Meter> {
  const upstream = await startMockUpstream(t, knobs);
  const built = await build(t, {
    config: {
      upstreams: [{ id: 'mock', kind: 'openai', baseUrl: upstream.baseUrl, apiKey: 'sk-upstream-000', models: ['*'] }],
      users: [{ email: EMAIL, plan: 'enterprise', monthlyLimit: limit, credits }],
    },
  });
  return { built, upstream };
}

interface Ask {
  content: string;
  stream: boolean;
  maxTokens?: number;
  email?: string;
}

/** Sends one request and reads its answer to the end. @returns the status */
async function ask(
  { built }: Meter,
  { content, stream, maxTokens, email = EMAIL }: Ask,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${built.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${built.serviceKey}`, 'content-type': 'application/json', 'x-user-email': email },
    body: JSON.stringify({
      model: 'gpt-4o',
      stream,
      messages: [{ role: 'user', content }],
      ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    }),
  });
  return { status: response.status, text: await response.text() };
}

/** A crowd that mixes streams, JSON, and answers with and without a limit. */
function crowd(subject: Meter, content: string): Promise<{ status: number; text: string }[]> {
  return Promise.all(
    Array.from({ length: CROWD }, (_, index) =>
      ask(subject, { content, stream: index % 2 === 0, ...(index % 4 < 2 ? { maxTokens: 40 } : {}) }),
    ),
  );
}

async function totals({ built, upstream }: Meter): Promise<{ charged: number; absorbed: number; served: number }> {
  const { usageRecords } = built.context.db.tables;
  const records = await built.context.db.select().from(usageRecords);
  await assertLedgerSums(built.context.db);
  return {
    charged: records.reduce((sum, record) => sum + record.chargedTokens, 0),
    absorbed: records.reduce((sum, record) => sum + record.absorbedTokens, 0),
    served: upstream.servedTokens,
  };
}

const SAMPLES = {
  emoji: texts.emoji(400),
  Chinese: texts.chinese(300),
  UUIDs: texts.uuids(400),
  JSON: texts.json(400),
};

for (const [name, content] of Object.entries(SAMPLES)) {
  for (const [where, limit] of [
    ['near the limit', 3_000],
    ['far from the limit', 5_000_000],
  ] as const) {
    test(`200 requests at once with prompts of ${name}, ${where}: charged is what was served, nothing over the limit`, async (t) => {
      const subject = await meter(t, { limit, credits: 500 }, { text: texts.emoji(60), chunks: 5 });
      const answers = await crowd(subject, content);
      const { charged, absorbed, served } = await totals(subject);

      assert.equal(charged, served);
      assert.equal(absorbed, 0);
      assert.ok(charged <= limit + 500, `${charged} of ${limit + 500}`);
      const statuses = new Set(answers.map(({ status }) => status));
      assert.ok(statuses.has(200));
      if (where === 'far from the limit') assert.deepEqual([...statuses], [200]);
      for (const { status } of answers) assert.ok(status === 200 || status === 429, `status ${status}`);
    });
  }
}

test('an upstream that reports more than any bound is charged up to the limit, and the rest is absorbed', async (t) => {
  const huge = { prompt_tokens: 2_000, completion_tokens: 3_000, total_tokens: 5_000 };
  const subject = await meter(t, { limit: 12_000 }, { text: 'short', figures: () => huge });
  const answers = await crowd(subject, 'hello');
  const { charged, absorbed } = await totals(subject);
  const served = answers.filter(({ status }) => status === 200).length * huge.total_tokens;

  assert.equal(charged + absorbed, served);
  assert.ok(charged <= 12_000);
  assert.ok(absorbed > 0);
});

test('a user with little left is served a shorter answer, and the title call beside it succeeds', async (t) => {
  const subject = await meter(t, { limit: 2_000 }, { text: texts.plain(40_000), chunks: 20 });
  const [turn, title] = await Promise.all([
    ask(subject, { content: texts.plain(400), stream: true }),
    ask(subject, { content: 'Give this conversation a title.', stream: false, maxTokens: 30 }),
  ]);

  assert.deepEqual([turn.status, title.status], [200, 200]);
  const forwarded = subject.upstream.calls.find((call) => call.body.stream === true);
  const lowered = forwarded?.body.max_tokens;
  assert.ok(
    typeof lowered === 'number' && lowered >= 256 && lowered <= 1_500,
    `forwarded max_tokens ${String(lowered)}`,
  );
  const { charged, absorbed, served } = await totals(subject);
  assert.equal(charged, served);
  assert.equal(absorbed, 0);
});

test("a brand-new user's first burst makes one user and obeys the limit", async (t) => {
  const subject = await meter(t, { limit: 1_000_000 }, { text: texts.plain(200) });
  await subject.built.context.settings.set({ defaultMonthlyLimit: 3_000 }, { kind: 'system', id: null });
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      ask(subject, { content: 'hello', stream: index % 2 === 0, email: 'new@example.com' }),
    ),
  );
  const { users, auditLog } = subject.built.context.db.tables;
  const made = await subject.built.context.db.select().from(users).where(eq(users.email, 'new@example.com'));
  const provisioned = await subject.built.context.db
    .select()
    .from(auditLog)
    .where(eq(auditLog.action, 'user.provisioned'));
  const { charged, absorbed } = await totals(subject);

  assert.equal(made.length, 1);
  assert.equal(provisioned.length, 1);
  assert.ok(charged > 0 && charged <= 3_000, `charged ${charged}`);
  assert.equal(absorbed, 0);
  assert.ok(answers.some(({ status }) => status === 200));
});

test('a user who exhausted the month is refused without an upstream call, and credits let them go on', async (t) => {
  const subject = await meter(t, { limit: 300 }, { text: 'word '.repeat(20) });
  while ((await ask(subject, { content: 'hello', stream: false, maxTokens: 100 })).status === 200);
  const callsBefore = subject.upstream.calls.length;
  const refusal = await ask(subject, { content: 'hello', stream: false, maxTokens: 100 });
  assert.equal(refusal.status, 429);
  assert.match(refusal.text, /quota exceeded/);
  assert.equal(subject.upstream.calls.length, callsBefore);

  const { context } = subject.built;
  const [user] = await context.db
    .select()
    .from(context.db.tables.users)
    .where(eq(context.db.tables.users.email, EMAIL));
  await context.db.ledger.move({
    entryId: 'led_test_grant',
    userId: user?.id ?? '',
    kind: 'grant',
    tokens: 1_000,
    at: context.clock.now(),
    period: context.calendar().period(context.clock.now()).id,
    reason: 'more',
    operatorId: null,
  });
  assert.equal((await ask(subject, { content: 'hello', stream: true })).status, 200);
  await assertLedgerSums(context.db);
});

test('people known by id first and by e-mail first become one allowance, also when both come at once', async (t) => {
  const subject = await meter(t, { limit: 1_000_000 }, { text: 'ok' });
  const send = (headers: Record<string, string>) =>
    fetch(`${subject.built.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${subject.built.serviceKey}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], max_tokens: 20 }),
    }).then(async (response) => ({ status: response.status, text: await response.text() }));
  const id = '65f0aa0000000000000000aa';
  const email = 'bia@example.com';
  const rounds = Array.from(
    { length: 18 },
    (_, index) =>
      [{ 'x-user-id': id }, { 'x-user-email': email }, { 'x-user-id': id, 'x-user-email': email }][index % 3],
  );
  const answers = await Promise.all(rounds.map((headers) => send(headers as Record<string, string>)));
  for (const answer of answers) assert.equal(answer.status, 200, answer.text);

  const { db } = subject.built.context;
  const { users, usageRecords, userPeriods } = db.tables;
  const alive = (await db.select().from(users)).filter((user) => user.status !== 'deleted' && user.email !== EMAIL);
  assert.deepEqual(
    alive.map((user) => user.email),
    [email],
  );
  const records = await db.select().from(usageRecords);
  assert.equal(records.length, 18);
  assert.deepEqual(new Set(records.map((record) => record.userId)), new Set([alive[0]?.id]));
  const periods = (await db.select().from(userPeriods)).filter((row) => row.userId === alive[0]?.id);
  assert.equal(periods[0]?.usedMonthly, subject.upstream.servedTokens);
  await assertLedgerSums(db);
});
