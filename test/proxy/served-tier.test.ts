/** The tier that served is the one that is paid for, whatever was asked for; what was asked for is the one that is held. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ask, capped } from '../support/capped-kit.ts';
import { createGate, words } from '../support/mock-upstream/index.ts';
import { chat } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import { buildWires, SMALL } from '../support/wires-kit.ts';

/** Of gpt-5, micro-USD a million. */
const INPUT = 1_250_000;
const OUTPUT = 10_000_000;
const FACTORS = { standard: 1, flex: 0.5, priority: 2 } as const;
const FIGURES = () => ({ prompt_tokens: 1_000, completion_tokens: 400, total_tokens: 1_400 });
const PLENTY = 1_000_000_000;

const completion = (extra: object = {}): Ask => ({
  path: SMALL.chat.path,
  body: chat({ model: 'gpt-5', max_completion_tokens: 500, ...extra }),
});
const response = (extra: object = {}): Ask => ({
  path: SMALL.responses.path,
  body: { model: 'gpt-5', input: 'Hello there.', max_output_tokens: 500, ...extra },
});

const costOf = (promptTokens: number, completionTokens: number, factor: number) =>
  Math.ceil(((promptTokens * INPUT + completionTokens * OUTPUT) * factor) / 1_000_000);

test('the cost follows the tier that served, not the one that was asked for, and the tokens charged stay the same', async (t) => {
  const { ask, settled } = await capped(t);
  const cases: [asked: string | undefined, served: string | null, factor: number][] = [
    [undefined, 'default', FACTORS.standard],
    [undefined, 'priority', FACTORS.priority],
    ['auto', 'flex', FACTORS.flex],
    ['auto', null, FACTORS.standard],
    ['priority', 'default', FACTORS.standard],
    ['priority', 'priority', FACTORS.priority],
    ['fast', 'priority', FACTORS.priority],
    ['fast', null, FACTORS.priority],
    ['flex', 'default', FACTORS.standard],
    ['flex', 'flex', FACTORS.flex],
    ['flex', null, FACTORS.flex],
    ['priority', 'batch', FACTORS.flex],
    ['priority', 'scale', FACTORS.standard],
    ['priority', 'of-tomorrow', FACTORS.standard],
    ['of-tomorrow', 'of-tomorrow', FACTORS.standard],
    ['default', 'auto', FACTORS.standard],
  ];
  for (const [wire, request] of Object.entries({ completion, response })) {
    for (const stream of [false, true]) {
      for (const [asked, serviceTier, factor] of cases) {
        const { cost } = await ask(request({ stream, ...(asked && { service_tier: asked }) }), {
          figures: FIGURES,
          serviceTier,
        });
        const name = `${wire}, ${stream ? 'streamed' : 'JSON'}: ${asked} asked for, ${serviceTier} served`;
        assert.equal(cost, costOf(1_000, 400, factor), name);
        const record = (await settled()).at(-1);
        assert.deepEqual([record?.totalTokens, record?.chargedTokens, record?.absorbedTokens], [1_400, 1_400, 0], name);
      }
    }
  }
});

test('a streamed chat may tell its tier in its first chunk or with its usage alone', async (t) => {
  const { ask } = await capped(t);
  const chunk = (serviceTier: string | undefined, more: object) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'hi' } }], service_tier: serviceTier, ...more })}\n\n`;
  for (const [first, last, factor] of [
    ['priority', undefined, FACTORS.priority],
    [undefined, 'priority', FACTORS.priority],
    ['priority', 'default', FACTORS.standard],
    ['auto', undefined, FACTORS.flex],
  ] as const) {
    const events = [chunk(first, {}), chunk(undefined, {}), chunk(last, { choices: [], usage: FIGURES() })];
    const body = `${events.join('')}data: [DONE]\n\n`;
    const asked = completion({ stream: true, service_tier: 'flex' });
    const { cost } = await ask(asked, { body, contentType: 'text/event-stream' });
    assert.equal(cost, costOf(1_000, 400, factor), `${first} first, ${last} last`);
  }
});

test('what is asked for goes on as it was sent', async (t) => {
  const { ask } = await capped(t);
  for (const service_tier of ['priority', 'flex', 'auto']) {
    const asked = completion({ service_tier });
    const { forwarded } = await ask(asked);
    assert.deepEqual(JSON.parse(forwarded), asked.body);
  }
});

test('priority is held at its price, everything else at least at the standard one', async (t) => {
  const { cap, ask } = await capped(t);
  await cap(PLENTY);
  for (const request of [completion, response]) {
    /** All bodies of the same length, which is what is held for the prompt. */
    const heldIn = async (service_tier: string) =>
      (await ask(request({ service_tier, metadata: { filler: 'x'.repeat(10 - service_tier.length) } }))).held;
    const standard = await heldIn('default');
    assertNear(await heldIn('priority'), 2 * standard);
    assertNear(await heldIn('fast'), 2 * standard);
    assertNear(await heldIn('ultrafast'), 6 * standard);
    for (const tier of ['auto', 'flex', 'batch', 'scale', 'tomorrow']) {
      assert.equal(await heldIn(tier), standard, tier);
    }
  }
});

test('a cap in USD is not overspent with priority, however many ask at once', async (t) => {
  const { cap, team, ask, send, upstream, settled } = await capped(t);
  const text = words(2_000);
  for (const request of [completion, response]) {
    await cap(PLENTY);
    const asked = request({ service_tier: 'priority' });
    const { held, cost } = await ask(asked, { serviceTier: 'priority', text });
    assert.ok(
      cost <= held && cost > held / 2,
      `${cost} of ${held}: all that it may say, more than it were in standard`,
    );

    await cap((await team()).used + Math.floor(held * 0.3));
    const calls = upstream.calls.length;
    const shortest = (service_tier: string) =>
      send(request({ service_tier, max_completion_tokens: 256, max_output_tokens: 256 }).body, { path: asked.path })
        .over;
    assert.equal((await shortest('priority')).status, 429, 'the price of standard is not enough');
    assert.equal(upstream.calls.length, calls, 'what was refused reached nobody');
    assert.equal((await shortest('default')).status, 200);
    await settled();

    const limit = (await team()).used + 3 * held;
    await cap(limit);
    upstream.script({ serviceTier: 'priority', text });
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(asked.body, { path: asked.path }).over));
    upstream.script({});
    assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [200, 429]);
    await settled();
    const after = await team();
    assert.ok(after.used <= limit, `${after.used} of ${limit}`);
    assert.equal(after.held, 0);
  }
});

test('without usage, broken off or left, an answer costs the tier that was seen so far, else the one asked for', async (t) => {
  const kit = await buildWires(t);
  const text = Array.from({ length: 5 }, (_, index) => ` part${index}${words(10)}`);
  /** What the last request cost, by what it should have cost in standard. */
  const factorOf = async () => {
    const record = (await kit.settled()).at(-1);
    const { promptTokens = 0, completionTokens = 0, costMicroUsd = 0, usageSource } = record ?? {};
    assert.ok(promptTokens > 0 && usageSource !== 'reported', String(usageSource));
    const tiers = Object.values(FACTORS).filter(
      (factor) => costMicroUsd === costOf(promptTokens, completionTokens, factor),
    );
    assert.equal(tiers.length, 1, JSON.stringify(record));
    return tiers[0];
  };
  for (const [request, asked, serviceTier, factor] of [
    [completion, 'flex', 'priority', FACTORS.priority],
    [completion, 'priority', 'default', FACTORS.standard],
    [completion, 'priority', null, FACTORS.priority],
    [completion, 'flex', null, FACTORS.flex],
    [completion, 'auto', null, FACTORS.standard],
    [response, 'priority', 'priority', FACTORS.priority],
    [response, 'flex', null, FACTORS.flex],
    [response, 'auto', 'auto', FACTORS.standard],
  ] as const) {
    const { path, body } = request({ service_tier: asked });
    const name = `${path} ${asked} ${serviceTier}`;
    for (const stream of [false, true]) {
      kit.upstream.next({ text, usage: 'missing', serviceTier });
      assert.equal((await kit.ask({ ...(body as object), stream }, { path })).status, 200);
      assert.equal(await factorOf(), factor, `${name}: no usage, ${stream}`);
    }
    kit.upstream.next({ text, serviceTier, fault: { at: 'chunk:3', how: 'close' } });
    await kit.ask({ ...(body as object), stream: true }, { path }).catch(() => undefined);
    assert.equal(await factorOf(), factor, `${name}: broken off`);

    const gate = createGate();
    kit.upstream.next({ text, serviceTier, wait: { 'chunk:3': gate } });
    const call = kit.send({ ...(body as object), stream: true }, { path });
    await (await call.started).has(' part2');
    call.leave();
    await kit.upstream.calls.at(-1)?.over;
    assert.equal(await factorOf(), factor, `${name}: left`);
  }
});

test('the speed of Anthropic’s answers and the tier of Google’s are paid, Anthropic’s priority is not', async (t) => {
  const { cap, ask } = await capped(t);
  await cap(PLENTY);
  const { path, body } = SMALL.messages;
  const claude = (extra: object): Ask => ({
    path,
    body: { ...body, model: 'claude-opus-5', max_tokens: 500, ...extra },
  });
  for (const stream of [false, true]) {
    const plain = await ask(claude({ stream, speed: 'slow' }), { figures: FIGURES });
    const costIn = async (extra: object, knobs: object) =>
      (await ask(claude({ stream, ...extra }), { figures: FIGURES, ...knobs })).cost / plain.cost;
    assert.equal(await costIn({ speed: 'fast' }, { speed: 'fast' }), 2);
    assert.equal(await costIn({ speed: 'fast' }, { speed: 'standard' }), 1);
    assert.equal(await costIn({ service_tier: 'auto' }, { serviceTier: 'priority' }), 1);
    assert.equal(await costIn({ service_tier: 'standard_only' }, { serviceTier: 'standard' }), 1);
    assertNear((await ask(claude({ stream, speed: 'fast' }))).held, 2 * plain.held);
  }

  const google = (action: string, extra: object = {}): Ask => ({
    path: `/v1beta/models/gemini-2.5-flash:${action}`,
    body: { contents: SMALL.gemini.body.contents, generationConfig: { maxOutputTokens: 500 }, ...extra },
  });
  for (const action of ['generateContent', 'streamGenerateContent', 'streamGenerateContent?alt=sse']) {
    const plain = await ask(google(action), { figures: FIGURES });
    const costIn = async (serviceTier: string | undefined, knobs: object) => {
      const { cost } = await ask(google(action, serviceTier ? { serviceTier } : {}), { figures: FIGURES, ...knobs });
      return cost / plain.cost;
    };
    const header = (tier: string) => ({ headers: { 'x-gemini-service-tier': tier } });
    assert.equal(await costIn('priority', header('priority')), 1.8, action);
    assert.equal(await costIn('SERVICE_TIER_PRIORITY', header('standard')), 1, action);
    assert.equal(await costIn('priority', {}), 1.8, action);
    assert.equal(await costIn('flex', header('flex')), 0.5, action);
    assert.equal(await costIn(undefined, header('flex')), 0.5, action);
  }
});

test('a tier that is given twice or otherwise than as text is refused, and nothing of it is forwarded', async (t) => {
  const kit = await buildWires(t);
  const spellings = [
    '"service_tier":"flex","service_tier":"priority"',
    '"service_tier":"flex","Service_Tier":"priority"',
    '"service_tier":2',
    '"service_tier":["priority"]',
  ];
  for (const { path, body } of [completion(), response(), { ...SMALL.messages }]) {
    const open = JSON.stringify(body).slice(0, -1);
    for (const spelling of spellings) {
      const answer = await kit.ask(`${open},${spelling}}`, { path });
      assert.equal(answer.status, 400, `${path} ${spelling}`);
      assert.match(JSON.stringify(errorIn(answer)), /service_tier/i);
    }
  }
  const twice = { ...SMALL.gemini.body, serviceTier: 'flex', service_tier: 'priority' };
  assert.equal((await kit.ask(twice, { path: SMALL.gemini.path })).status, 400);
  assert.equal(kit.upstream.calls.length, 0);
});

/** Each hold is rounded by itself. */
function assertNear(held: number, wanted: number): void {
  assert.ok(held > 0 && Math.abs(held - wanted) <= 6, `${held} is held instead of ${wanted}`);
}
