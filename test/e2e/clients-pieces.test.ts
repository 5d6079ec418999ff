/** OpenAI's own client on the wires beside chat: what it asks for, how it sends files, and what it makes of the answers. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import OpenAI, { toFile } from 'openai';
import { buildProxy, type ProxyKit } from '../support/proxy-kit.ts';
import { recording, type ScriptUpstream, startScriptUpstream } from '../support/script-upstream.ts';

interface Rig {
  readonly kit: ProxyKit;
  readonly upstream: ScriptUpstream;
  readonly client: OpenAI;
}

async function rig(t: TestContext): Promise<Rig> {
  const upstream = await startScriptUpstream(t);
  const upstreams = [{ id: 'script', kind: 'openai', baseUrl: upstream.baseUrl, apiKey: 'sk-script-0000' }];
  const kit = await buildProxy(t, { config: { upstreams } });
  const client = new OpenAI({
    baseURL: `${kit.url}/v1`,
    apiKey: kit.serviceKey,
    maxRetries: 0,
    defaultHeaders: { 'x-user-email': 'ana@example.com' },
  });
  return { kit, upstream, client };
}

const json = (body: object) => ({ body: JSON.stringify(body) });
const events = (...list: readonly object[]) => ({
  type: 'text/event-stream',
  body: list.map((data) => `data: ${JSON.stringify(data)}\n\n`).join(''),
});
const pieces = (input: number, output: number) => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
});

/** The last record's tokens of prompt and answer, and who says so. */
async function paid({ kit }: Rig): Promise<[number, number, string | null] | null> {
  const record = (await kit.settled()).at(-1);
  return record ? [record.promptTokens, record.completionTokens, record.usageSource] : null;
}

test('embeddings, as numbers and as base64', async (t) => {
  const subject = await rig(t);
  const { client, upstream } = subject;
  const floats = Buffer.from(new Float32Array([0.5, -0.25]).buffer).toString('base64');
  upstream.next(
    json({
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: floats }],
      usage: { prompt_tokens: 4, total_tokens: 4 },
    }),
  );
  const answer = await client.embeddings.create({ model: 'text-embedding-3-small', input: 'hello' });
  assert.deepEqual(answer.data[0]?.embedding, [0.5, -0.25]);
  assert.deepEqual(await paid(subject), [4, 0, 'reported']);
});

test('legacy completions, whole and streamed', async (t) => {
  const subject = await rig(t);
  const { client, upstream } = subject;
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
  upstream.next(
    json({ object: 'text_completion', choices: [{ index: 0, text: ' world', finish_reason: 'stop' }], usage }),
  );
  const ask = { model: 'gpt-3.5-turbo-instruct', prompt: 'hello', max_tokens: 10 };
  assert.equal((await client.completions.create(ask)).choices[0]?.text, ' world');
  assert.deepEqual(await paid(subject), [3, 2, 'reported']);

  const chunk = (text: string) => ({ object: 'text_completion', choices: [{ index: 0, text, finish_reason: null }] });
  const stream = events(chunk(' wor'), chunk('ld'), { choices: [], usage });
  upstream.next({ ...stream, body: `${stream.body}data: [DONE]\n\n` });
  const seen: unknown[] = [];
  let text = '';
  for await (const part of await client.completions.create({ ...ask, stream: true })) {
    text += part.choices[0]?.text ?? '';
    seen.push(part.usage);
  }
  assert.equal(text, ' world');
  assert.deepEqual(seen, [undefined, undefined], 'the usage that we asked for is ours alone');
  assert.deepEqual(await paid(subject), [3, 2, 'reported']);
});

test('moderations', async (t) => {
  const subject = await rig(t);
  subject.upstream.next(json({ id: 'm', model: 'omni-moderation-latest', results: [{ flagged: true }] }));
  const answer = await subject.client.moderations.create({ input: 'hello' });
  assert.equal(answer.results[0]?.flagged, true);
  assert.deepEqual(await paid(subject), [0, 0, 'none']);
});

test('pictures: made, made as a stream, edited, varied', async (t) => {
  const subject = await rig(t);
  const { client, upstream } = subject;
  upstream.next(json({ created: 1, data: [{ b64_json: 'aGk=' }], usage: pieces(10, 1_056) }));
  const made = await client.images.generate({ model: 'gpt-image-1', prompt: 'a cat' });
  assert.equal(made.data?.[0]?.b64_json, 'aGk=');
  assert.deepEqual(await paid(subject), [10, 1_056, 'reported']);

  upstream.next(
    events(
      { type: 'image_generation.partial_image', b64_json: 'aA==', partial_image_index: 0 },
      { type: 'image_generation.completed', b64_json: 'aGk=', usage: pieces(10, 1_156) },
    ),
  );
  const types: string[] = [];
  for await (const { type } of await client.images.generate({
    model: 'gpt-image-1',
    prompt: 'a cat',
    stream: true,
    partial_images: 1,
  })) {
    types.push(type);
  }
  assert.deepEqual(types, ['image_generation.partial_image', 'image_generation.completed']);
  assert.deepEqual(await paid(subject), [10, 1_156, 'reported']);

  const image = await toFile(Buffer.from('not really a picture'), 'cat.png', { type: 'image/png' });
  upstream.next(json({ created: 1, data: [{ b64_json: 'aGk=' }], usage: pieces(310, 1_056) }));
  await client.images.edit({ model: 'gpt-image-1', prompt: 'a dog', image: [image, image] });
  assert.deepEqual(await paid(subject), [310, 1_056, 'reported']);
  assert.equal(
    upstream.calls
      .at(-1)
      ?.body.toString('latin1')
      .match(/not really a picture/g)?.length,
    2,
  );

  upstream.next(json({ created: 1, data: [{ url: 'https://example.com/1.png' }] }));
  await client.images.createVariation({ image });
  assert.deepEqual(await paid(subject), [0, 2_000, 'tokenizer']);
});

test('sound: spoken, spoken as a stream, written down, translated', async (t) => {
  const subject = await rig(t);
  const { client, upstream } = subject;
  const sound = Buffer.from(Array.from({ length: 3_000 }, (_, index) => index % 251));
  upstream.next({ type: 'audio/mpeg', body: sound });
  const spoken = await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'hello' });
  assert.ok(Buffer.from(await spoken.arrayBuffer()).equals(sound));
  assert.deepEqual(await paid(subject), [0, 8, 'tokenizer']);

  const file = await toFile(recording(10), 'voice.wav', { type: 'audio/wav' });
  upstream.next(json({ text: 'hello', usage: { type: 'tokens', ...pieces(120, 3) } }));
  const heard = await client.audio.transcriptions.create({ model: 'gpt-4o-transcribe', file });
  assert.equal(heard.text, 'hello');
  assert.deepEqual(await paid(subject), [120, 3, 'reported']);

  upstream.next(
    events(
      { type: 'transcript.text.delta', delta: 'hello' },
      { type: 'transcript.text.done', text: 'hello', usage: { type: 'tokens', ...pieces(120, 3) } },
    ),
  );
  let text = '';
  for await (const event of await client.audio.transcriptions.create({
    model: 'gpt-4o-transcribe',
    file,
    stream: true,
  })) {
    if (event.type === 'transcript.text.delta') text += event.delta;
  }
  assert.equal(text, 'hello');
  assert.deepEqual(await paid(subject), [120, 3, 'reported']);

  upstream.next({ type: 'text/plain; charset=utf-8', body: 'hello\n' });
  assert.equal(
    await client.audio.transcriptions.create({ model: 'whisper-1', file, response_format: 'text' }),
    'hello\n',
  );
  assert.deepEqual(await paid(subject), [0, 100, 'tokenizer']);

  upstream.next(json({ text: 'hello', duration: 9.5 }));
  await client.audio.translations.create({ model: 'whisper-1', file });
  assert.deepEqual(await paid(subject), [0, 95, 'tokenizer']);
});

test('the list of models, one model, and errors as the client’s own classes', async (t) => {
  const { client, upstream, kit } = await rig(t);
  upstream.next(json({ object: 'list', data: [{ id: 'gpt-4o', object: 'model', created: 1, owned_by: 'x' }] }));
  assert.deepEqual(
    (await client.models.list()).data.map(({ id }) => id),
    ['gpt-4o'],
  );
  assert.equal((await client.models.retrieve('gpt-4o')).id, 'gpt-4o');
  await assert.rejects(client.models.retrieve('nothing'), OpenAI.NotFoundError);
  upstream.next({
    status: 429,
    ...json({ error: { message: 'Slow down.', type: 'tokens', code: 'rate_limit_exceeded' } }),
  });
  await assert.rejects(client.embeddings.create({ model: 'x', input: 'hello' }), OpenAI.RateLimitError);
  const unnamed = new OpenAI({ baseURL: `${kit.url}/v1`, apiKey: kit.serviceKey, maxRetries: 0 });
  await assert.rejects(unnamed.embeddings.create({ model: 'x', input: 'hello' }), OpenAI.AuthenticationError);
});
