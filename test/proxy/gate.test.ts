/** What a plan, an operator or a limit says is said before anything is held, and in words. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eq } from 'drizzle-orm';
import { testClock } from '../support/clock.ts';
import { createGate, words } from '../support/mock-upstream/index.ts';
import { ANA, buildProxy, chat, type ProxyKit } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import type { WireAnswer } from '../support/wire.ts';

type UserChange = Partial<ProxyKit['context']['db']['tables']['users']['$inferInsert']>;

function refusal(answer: WireAnswer): { status: number; code: string; message: string; type: string } {
  const { code, message, type } = errorIn(answer);
  assert.match(message, /^[^{}]{10,240}$/);
  return { status: answer.status, code, message, type };
}

async function changeAna({ context }: ProxyKit, change: UserChange): Promise<void> {
  const { users } = context.db.tables;
  const [user] = await context.db.update(users).set(change).where(eq(users.email, ANA)).returning({ id: users.id });
  await context.events.emit({ kind: 'user_changed', userId: user?.id ?? '' });
}

async function changePlan({ context }: ProxyKit, change: object): Promise<void> {
  const { plans } = context.db.tables;
  await context.db.update(plans).set(change).where(eq(plans.id, 'enterprise'));
  await context.events.emit({ kind: 'plans_changed' });
}

function limited(t: TestContext, monthlyLimit: number | null, more: object = {}): Promise<ProxyKit> {
  return buildProxy(t, {
    clock: testClock('2026-11-20T12:00:00Z'),
    config: { users: [{ email: ANA, plan: 'enterprise', monthlyLimit }], ...more },
  });
}

test('suspended, blocked and pending users are 403 with the reason, and nothing is held', async (t) => {
  const kit = await limited(t, 1_000_000);
  const until = Date.parse('2026-11-21T09:30:00Z');
  const cases: [UserChange, string, RegExp][] = [
    [
      { status: 'suspended', statusReason: 'Unusual traffic' },
      'user_suspended',
      /suspended\. Reason: Unusual traffic$/,
    ],
    [
      { status: 'suspended', statusReason: null, suspendedUntil: until },
      'user_suspended',
      /suspended until 21 November 2026 at 09:30 \(UTC\)\.$/,
    ],
    [{ status: 'blocked', statusReason: 'Left the company' }, 'user_blocked', /blocked\. Reason: Left the company$/],
    [{ status: 'pending', statusReason: null }, 'user_pending', /waits for an administrator/],
  ];
  for (const [change, code, message] of cases) {
    await changeAna(kit, { suspendedUntil: null, ...change });
    for (const stream of [false, true]) {
      const refused = refusal(await kit.ask(chat({ stream })));
      assert.deepEqual([refused.status, refused.code, refused.type], [403, code, 'permission_error']);
      assert.match(refused.message, message);
    }
  }
  assert.equal(kit.upstream.calls.length, 0);
  await kit.balanced({ records: 0 });
});

test('a suspension that has ended lets in again, to the millisecond', async (t) => {
  const clock = testClock('2026-11-20T12:00:00Z');
  const kit = await buildProxy(t, { clock });
  await changeAna(kit, { status: 'suspended', suspendedUntil: Date.parse('2026-11-20T13:00:00Z') });
  clock.set(Date.parse('2026-11-20T13:00:00Z') - 1);
  assert.equal((await kit.ask()).status, 403);
  clock.advance(1);
  assert.equal((await kit.ask()).status, 200);
  const [user] = await kit.context.db.select().from(kit.context.db.tables.users);
  assert.deepEqual([user?.status, user?.suspendedUntil], ['active', null]);
  await kit.balanced({ records: 1 });
});

test('models that the plan does not allow are 403, patterns and letter case included', async (t) => {
  const kit = await limited(t, 1_000_000);
  await changePlan(kit, { allowedModels: ['gpt-4o*', 'O3'] });
  for (const model of ['gpt-4o', 'GPT-4o-mini', 'o3'])
    assert.equal((await kit.ask(chat({ model }))).status, 200, model);
  for (const model of ['gpt-4', 'o3-mini', 'xgpt-4o', 'claude{"a":1}']) {
    const refused = refusal(await kit.ask(chat({ model })));
    assert.deepEqual([refused.status, refused.code], [403, 'model_not_allowed'], model);
  }
  assert.equal(kit.upstream.calls.length, 3);
  await kit.balanced({ records: 3 });
});

test('requests a minute are limited by plan, in a window that slides', async (t) => {
  const clock = testClock('2026-11-20T12:00:00Z');
  const kit = await buildProxy(t, { clock });
  await changePlan(kit, { ratePerMinute: 3 });
  const ask = async () => (await kit.ask()).status;
  assert.deepEqual([await ask(), await ask(), await ask()], [200, 200, 200]);
  const refused = await kit.ask();
  const { status, code, message } = refusal(refused);
  assert.deepEqual([status, code], [429, 'rate_limited']);
  assert.match(message, /3 requests a minute/);
  const wait = Number(refused.headers['retry-after']);
  assert.equal(wait, 80, 'a third of the minute before must have passed');
  assert.equal((await kit.ask(chat(), { headers: { 'x-user-email': 'bia@example.com' } })).status, 200, 'others go on');
  clock.advance(wait * 1_000);
  assert.equal(await ask(), 200, 'who waits as told is served');
  clock.advance(120_000);
  assert.deepEqual([await ask(), await ask(), await ask(), await ask()], [200, 200, 200, 429]);
  await kit.balanced({ records: 8 });
});

test('requests at once are limited by plan, and end with the answer', async (t) => {
  const kit = await limited(t, 100_000_000);
  await changePlan(kit, { concurrent: 2 });
  const gate = createGate();
  kit.upstream.next({ wait: { 'chunk:0': gate } }, { wait: { 'first-byte': gate } });
  const stream = kit.send(chat({ stream: true }));
  await kit.upstream.waitForCalls(1); // the scripts go to whoever comes first
  const json = kit.send();
  await kit.upstream.waitForCalls(2);
  const refused = await kit.ask();
  const { status, code, message } = refusal(refused);
  assert.deepEqual([status, code, refused.headers['retry-after']], [429, 'rate_limited', '1']);
  assert.match(message, /2 requests at once/);
  gate.open();
  assert.deepEqual([(await stream.over).status, (await json.over).status], [200, 200]);
  await kit.settled();
  assert.equal((await kit.ask()).status, 200);
  await kit.balanced({ records: 3 });
});

test('every metered answer tells its id, the limit, what is left and when it starts anew', async (t) => {
  const kit = await limited(t, 50_000);
  kit.upstream.script({ text: words(40) });
  const seconds = (Date.parse('2026-12-01T00:00:00Z') - Date.parse('2026-11-20T12:00:00Z')) / 1_000;
  const ids = new Set<unknown>();
  let used = 0;
  for (const stream of [false, true, false]) {
    const answer = await kit.ask(chat({ stream, max_tokens: 100 }));
    const { headers } = answer;
    const record = (await kit.settled()).find(({ id }) => id === headers['x-request-id']);
    assert.ok(record, 'it is the usage record’s id');
    assert.equal(headers['x-ratelimit-limit-tokens'], '50000');
    assert.equal(headers['x-ratelimit-reset-tokens'], `${seconds}s`);
    const left = Number(headers['x-ratelimit-remaining-tokens']);
    if (stream) assert.ok(left < 50_000 - used, 'the hold is taken off at the start of a stream');
    used += record.chargedTokens;
    if (!stream) assert.equal(left, 50_000 - used, 'a settled answer tells what is really left');
    ids.add(headers['x-request-id']);
  }
  assert.equal(ids.size, 3);
  kit.upstream.next({ refuse: { status: 500, message: 'Sorry.' } });
  const failed = await kit.ask(chat({ max_tokens: 100 }));
  assert.equal(failed.headers['x-ratelimit-remaining-tokens'], String(50_000 - used));
});

test('without a limit there is none to tell', async (t) => {
  const kit = await limited(t, null);
  const { headers, status } = await kit.ask();
  assert.equal(status, 200);
  assert.match(String(headers['x-request-id']), /^req_/);
  assert.equal(headers['x-ratelimit-limit-tokens'], undefined);
});

test('the quota reply is one sentence with the numbers, the date and the headers that stop retries', async (t) => {
  const kit = await limited(t, 300, { creditsEmail: 'credits@example.com' });
  for (const stream of [false, true]) {
    const answer = await kit.ask(chat({ stream, messages: [{ role: 'user', content: words(400) }] }));
    const { status, code, type, message } = refusal(answer);
    assert.deepEqual([status, code, type], [429, 'insufficient_quota', 'insufficient_quota']);
    assert.match(message, /quota exceeded: 0 of 300 tokens used.*1 December 2026 \(UTC\).*credits@example\.com$/);
    assert.equal(answer.headers['x-should-retry'], 'false');
    assert.equal(answer.headers['retry-after'], String(10.5 * 86_400));
    assert.equal(answer.headers['x-ratelimit-remaining-tokens'], '300');
    const { details, actions } = JSON.parse(answer.text);
    assert.deepEqual(details, {
      used: 0,
      limit: 300,
      additional: 0,
      held: 0,
      available: 300,
      next_reset: '2026-12-01T00:00:00Z',
    });
    assert.deepEqual(actions, { buy_tokens: null, contact_support: 'mailto:credits@example.com' });
  }
  const [user] = await kit.context.db.select().from(kit.context.db.tables.users);
  assert.equal(user?.status, 'active', 'a quota refusal is no status');
  assert.equal(kit.upstream.calls.length, 0);
  await kit.balanced({ records: 0 });
});

test('tokens that only other open requests hold are worth a retry, and no quota reply', async (t) => {
  const kit = await limited(t, 2_000);
  const gate = createGate();
  kit.upstream.next({ wait: { 'chunk:0': gate } });
  const stream = kit.send(chat({ stream: true, max_tokens: 1_800 }));
  await gate.reached;
  const answer = await kit.ask(chat({ max_tokens: 1_000 }));
  const { status, code } = refusal(answer);
  assert.deepEqual([status, code], [429, 'tokens_reserved']);
  assert.deepEqual([answer.headers['retry-after'], answer.headers['x-should-retry']], ['3', 'true']);
  gate.open();
  await stream.over;
  await kit.settled();
  assert.equal((await kit.ask(chat({ max_tokens: 1_000 }))).status, 200);
  await kit.balanced({ records: 2 });
});

test('under the soft policy the estimate is held, no answer is cut, and what passes the limit is absorbed', async (t) => {
  const users = [{ email: ANA, plan: 'enterprise', monthlyLimit: 300 }];
  const kit = await buildProxy(t, { config: { users, policy: { overdraft: 'soft' } }, upstream: { text: words(500) } });
  const body = chat({ max_tokens: 5_000 });
  assert.equal((await kit.ask(body)).status, 200, 'far more than is left, and yet it is let through');
  const [record] = await kit.settled();
  assert.deepEqual(kit.upstream.calls[0]?.body, body, 'as it was asked for');
  assert.deepEqual([record?.reservedTokens, record?.chargedTokens], [100, 300], 'the least estimate; all there was');
  assert.equal(record?.absorbedTokens, (record?.totalTokens ?? 0) - 300);
  const next = await kit.ask(body);
  assert.deepEqual([next.status, errorIn(next).code], [429, 'insufficient_quota']);
  await kit.balanced({ records: 1 });
});

test('a cap that the team shares refuses everybody, and says whose it is', async (t) => {
  const kit = await limited(t, 1_000_000);
  const { departments } = kit.context.db.tables;
  await kit.context.db.update(departments).set({ capTokens: 200 }).where(eq(departments.id, 'team'));
  await kit.context.events.emit({ kind: 'departments_changed' });
  const refused = refusal(await kit.ask(chat({ messages: [{ role: 'user', content: words(400) }] })));
  assert.deepEqual([refused.status, refused.code], [429, 'insufficient_quota']);
  assert.match(refused.message, /quota exceeded for Team/);
  await kit.balanced({ records: 0 });
});

test('a request over midnight is debited to the month in which it began', async (t) => {
  const clock = testClock('2026-11-30T23:59:59Z');
  const kit = await buildProxy(t, { clock });
  const gate = createGate();
  kit.upstream.next({ wait: { 'chunk:1': gate } });
  const stream = await kit.send(chat({ stream: true })).started;
  await gate.reached;
  clock.advance(2_000);
  assert.equal((await kit.ask()).status, 200);
  gate.open();
  assert.equal(await stream.end, 'whole');
  const records = await kit.balanced({ records: 2 });
  assert.deepEqual(
    records.map(({ period }) => period),
    ['2026-11', '2026-12'],
  );
  const { userPeriods } = kit.context.db.tables;
  const periods = await kit.context.db.select().from(userPeriods).orderBy(userPeriods.period);
  assert.deepEqual(
    periods.map(({ usedMonthly }) => usedMonthly),
    records.map(({ chargedTokens }) => chargedTokens),
  );
});

test("refusals are in the user's language, else in that of the settings, and tell times of the configured zone", async (t) => {
  const kit = await limited(t, 1_000_000, { locale: 'pt-BR', timeZone: 'America/Sao_Paulo' });
  const suspendedUntil = Date.parse('2026-11-21T09:30:00Z');
  const told = async () => refusal(await kit.ask(chat({}))).message;
  const cases: [UserChange, RegExp][] = [
    [
      { status: 'suspended', statusReason: 'Tráfego {incomum}\ndemais', suspendedUntil },
      /^Sua conta está suspensa até 21 de novembro de 2026 às 06:30 \(America\/Sao_Paulo\)\. Motivo: Tráfego incomum demais$/,
    ],
    [{ status: 'blocked', statusReason: 'Saiu' }, /^Sua conta está bloqueada\. Motivo: Saiu$/],
    [{ status: 'pending', statusReason: null }, /^Sua conta aguarda a aprovação/],
    [
      { status: 'suspended', statusReason: null, suspendedUntil, locale: 'en' },
      /^Your account is suspended until 21 November 2026 at 06:30 \(America\/Sao_Paulo\)\.$/,
    ],
    [{ status: 'suspended', statusReason: '😀'.repeat(200), suspendedUntil: 9e15 }, /9999.*😀$/u],
  ];
  for (const [change, message] of cases) {
    await changeAna(kit, { suspendedUntil: null, locale: null, ...change });
    assert.match(await told(), message);
  }
  await changeAna(kit, { status: 'active', suspendedUntil: null, statusReason: null });
  await changePlan(kit, { allowedModels: ['other'] });
  assert.match(await told(), /^O modelo '.*' não faz parte do seu plano\.$/);
  await changePlan(kit, { allowedModels: null, ratePerMinute: 1 });
  assert.equal((await kit.ask(chat({}))).status, 200);
  assert.equal(await told(), 'Mais de 1 requisição por minuto.');
});
