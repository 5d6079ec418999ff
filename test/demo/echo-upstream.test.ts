import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import OpenAI from 'openai';
import { type EchoOptions, startEchoUpstream } from '../../gateway/demo/echo-upstream.ts';

const clock = { now: () => Date.UTC(2026, 10, 20) };

async function start(t: TestContext, options: EchoOptions = { paceMs: 0 }) {
  const echo = await startEchoUpstream(clock, options);
  t.after(() => echo.close());
  const client = new OpenAI({ baseURL: echo.url, apiKey: echo.key, maxRetries: 0 });
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${echo.url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${echo.key}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { echo, client, post };
}
const ask = (content: string) => ({ model: 'solaris-echo', messages: [{ role: 'user' as const, content }] });

test('it repeats the message and explains itself, in English or in Portuguese', async (t) => {
  const { client } = await start(t);
  const english = await client.chat.completions.create(ask('Hello there, how are things?'));
  assert.match(
    english.choices[0]?.message.content ?? '',
    /^You said: “Hello there, how are things\?”[\s\S]*solaris-echo/,
  );
  assert.equal(english.choices[0]?.finish_reason, 'stop');
  const portuguese = await client.chat.completions.create(ask('Olá, você está bem?'));
  assert.match(portuguese.choices[0]?.message.content ?? '', /^Você disse: “Olá, você está bem\?”[\s\S]*demonstração/);
  const again = await client.chat.completions.create(ask('Olá, você está bem?'));
  assert.equal(again.choices[0]?.message.content, portuguese.choices[0]?.message.content);
});

test('it gives a title when LibreChat asks for one', async (t) => {
  const { client } = await start(t);
  const prompt =
    'Provide a concise, 5-word-or-less title for the conversation, using title case conventions. Only return the title ' +
    'itself.\n\nConversation:\nUser: how do I bake a good sourdough bread?\nAI: ';
  const answer = await client.chat.completions.create(ask(prompt));
  assert.equal(answer.choices[0]?.message.content, 'How Do I Bake A');
});

test('a stream has the same text and usage as the whole answer, ends with [DONE], and has usage only if asked', async (t) => {
  const { client, post } = await start(t);
  const whole = await client.chat.completions.create(ask('one two three'));
  const stream = await client.chat.completions.create({
    ...ask('one two three'),
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  const finishes: string[] = [];
  const usages: unknown[] = [];
  const roles: string[] = [];
  for await (const chunk of stream) {
    if (chunk.usage) {
      usages.push(chunk.usage);
      assert.deepEqual(chunk.choices, []);
    }
    for (const choice of chunk.choices) {
      text += choice.delta.content ?? '';
      if (choice.delta.role) roles.push(choice.delta.role);
      if (choice.finish_reason) finishes.push(choice.finish_reason);
    }
  }
  assert.equal(text, whole.choices[0]?.message.content);
  assert.deepEqual([roles, finishes, usages], [['assistant'], ['stop'], [whole.usage]]);
  const bare = await (await post({ ...ask('one two three'), stream: true })).text();
  assert.ok(bare.endsWith('data: [DONE]\n\n'));
  assert.doesNotMatch(bare, /usage/);
});

test('limits, choices and stop sequences are heeded', async (t) => {
  const { client } = await start(t);
  const cut = await client.chat.completions.create({ ...ask('hi'), max_tokens: 9, max_completion_tokens: 3, n: 2 });
  assert.deepEqual(
    cut.choices.map((choice) => choice.message.content),
    ['You said: “hi”', 'You said: “hi”'],
  );
  assert.equal(cut.choices[1]?.finish_reason, 'length');
  assert.deepEqual(cut.usage, { prompt_tokens: 1, completion_tokens: 6, total_tokens: 7 });
  const stopped = await client.chat.completions.create({ ...ask('hi'), stop: ['nowhere', 'hi'] });
  assert.equal(stopped.choices[0]?.message.content, 'You said: “');
  assert.equal(stopped.choices[0]?.finish_reason, 'stop');
  const indexes = new Set<number>();
  const stream = await client.chat.completions.create({ ...ask('hi'), max_tokens: 2, n: 3, stream: true });
  for await (const chunk of stream) for (const choice of chunk.choices) indexes.add(choice.index);
  assert.deepEqual([...indexes], [0, 1, 2]);
});

test('it never reports more prompt tokens than the text has bytes', async (t) => {
  const { client, post } = await start(t);
  for (const text of ['', ' ', 'a', 'a a a a', '😀😀 😀', '漢字 かな', '\n\n\t', '{"a":[1,2,3]}']) {
    const { usage } = await client.chat.completions.create(ask(text));
    assert.ok(usage && usage.prompt_tokens <= Buffer.byteLength(text), JSON.stringify(text));
  }
  const parts = [
    { type: 'text', text: 'two words' },
    { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
  ];
  const answer = (await (
    await post({ model: 'solaris-echo', messages: [{ role: 'user', content: parts }] })
  ).json()) as {
    usage: { prompt_tokens: number };
  };
  assert.equal(answer.usage.prompt_tokens, 2);
});

test('nobody without its key is answered', async (t) => {
  const { echo, post } = await start(t);
  for (const authorization of [
    '',
    'Bearer ',
    `Bearer ${echo.key}x`,
    `Bearer ${'x'.repeat(echo.key.length)}`,
    echo.key,
  ]) {
    const response = await post(ask('hi'), { authorization });
    assert.equal(response.status, 401);
    assert.doesNotMatch(await response.text(), /hi/);
  }
  const other = await startEchoUpstream(clock);
  t.after(() => other.close());
  assert.notEqual(other.key, echo.key);
});

test('what it does not understand gets an error, not a crash', async (t) => {
  const { echo, client, post } = await start(t);
  assert.equal((await post('{')).status, 400);
  assert.equal((await post({ model: 'solaris-echo' })).status, 400);
  assert.equal((await post({ ...ask('hi'), max_tokens: -1 })).status, 400);
  assert.equal((await post({ ...ask('hi'), model: 'gpt-4o' })).status, 404);
  const headers = { authorization: `Bearer ${echo.key}` };
  assert.equal((await fetch(`${echo.url}/embeddings`, { method: 'POST', headers })).status, 404);
  assert.deepEqual(
    (await client.models.list()).data.map((model) => model.id),
    ['solaris-echo'],
  );
});

test('closing ends the streams that are open', async (t) => {
  const { echo, client } = await start(t, { paceMs: 60_000 });
  const stream = await client.chat.completions.create({ ...ask('hi'), stream: true });
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  const rest = assert.rejects(async () => {
    while (!(await iterator.next()).done);
  });
  await echo.close();
  await rest;
  await assert.rejects(fetch(`${echo.url}/models`));
});
