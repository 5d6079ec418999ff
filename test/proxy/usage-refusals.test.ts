/** Upstreams that refuse to be asked for usage: only what helped is believed, of one model, and for an hour. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { UPSTREAM_KEY } from '../support/clients-gateway.ts';
import { testClock } from '../support/clock.ts';
import { type Refusal, words } from '../support/mock-upstream/index.ts';
import { buildProxy, chat, type ProxyKit } from '../support/proxy-kit.ts';

const STREAM = chat({ stream: true });

function build(t: TestContext, clock?: ReturnType<typeof testClock>): Promise<ProxyKit> {
  return buildProxy(t, { ...(clock ? { clock } : {}), upstream: { text: words(20) } });
}

/** Which of the upstream's calls since the `from`th asked for usage. */
function asked({ upstream }: ProxyKit, from = 0): boolean[] {
  return upstream.calls.slice(from).map(({ body }) => 'stream_options' in body);
}

test('one user’s bad request does not take the usage from anybody’s stream', async (t) => {
  const kit = await build(t);
  // As OpenAI quotes what it was sent, and as a server that names no field does.
  for (const param of ['tool_choice', null]) {
    const refuse: Refusal = { status: 400, message: "Invalid value: 'stream_options'.", param };
    const tool_choice = `stream_options ${param}`;
    kit.upstream.when(({ body }) => body.tool_choice === tool_choice, { refuse });
    const bad = await kit.ask({ ...STREAM, tool_choice });
    assert.equal(bad.status, 400);
    const before = kit.upstream.calls.length;
    await kit.ask(STREAM);
    assert.deepEqual(asked(kit, before), [true], `param ${param}`);
    assert.equal((await kit.settled()).at(-1)?.usageSource, 'reported');
  }
});

test('an error that names another field is not asked again', async (t) => {
  const kit = await build(t);
  const refuse: Refusal = { status: 400, message: "Invalid value: 'stream_options'.", param: 'tool_choice' };
  kit.upstream.next({ refuse });
  assert.equal((await kit.ask(STREAM)).status, 400);
  assert.deepEqual(asked(kit), [true]);
});

test('what one model refuses the others are asked all the same', async (t) => {
  const kit = await build(t);
  kit.upstream.when(({ body }) => body.model === 'old', { refuseFields: ['stream_options'] });
  await kit.ask({ ...STREAM, model: 'old' });
  await kit.ask({ ...STREAM, model: 'old' });
  await kit.ask({ ...STREAM, model: 'new' });
  assert.deepEqual(asked(kit), [true, false, false, true]);
  assert.deepEqual(
    (await kit.balanced({ records: 3 })).map(({ usageSource }) => usageSource),
    ['tokenizer', 'tokenizer', 'reported'],
  );
});

test('after an hour it is asked again, so that a server brought up to date reports', async (t) => {
  const clock = testClock();
  const kit = await build(t, clock);
  kit.upstream.next({ refuseFields: ['stream_options'] });
  await kit.ask(STREAM);
  clock.advance(3_599_000);
  await kit.ask(STREAM);
  clock.advance(1_000);
  await kit.ask(STREAM);
  assert.deepEqual(asked(kit), [true, false, false, true]);
});

test('what one version of Azure’s API refuses is no word about the others', async (t) => {
  const kit = await build(t);
  const azure = { id: 'azure', kind: 'azure', baseUrl: kit.upstream.url, apiKey: UPSTREAM_KEY, models: ['house-*'] };
  assert.equal((await kit.api('/api/admin/upstreams', { body: { ...azure, position: 0 } })).status, 201);
  assert.equal(
    (await kit.api('/api/admin/upstreams/mock', { method: 'PUT', body: { models: ['gpt-*'] } })).status,
    200,
  );
  kit.upstream.when(({ query }) => query.includes('2023'), { refuseFields: ['stream_options'] });
  const ask = (version: string) =>
    kit.ask(STREAM, { path: `/openai/deployments/house-4o/chat/completions?api-version=${version}` });
  for (const version of ['2023-05-15', '2023-05-15', '2024-10-21']) assert.equal((await ask(version)).status, 200);
  assert.deepEqual(asked(kit), [true, false, false, true]);
});
