/** What is reserved for a prompt is never less than what a provider bills for it: by bytes, and by the exact count. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatDialect } from '../../gateway/proxy/dialects/chat.ts';
import type { JsonObject } from '../../gateway/proxy/dialects/dialect.ts';
import { PLAIN_TARGET } from '../../gateway/proxy/dialects/dialect.ts';
import { responsesDialect } from '../../gateway/proxy/dialects/responses.ts';
import { countPrompt, promptBound, promptEstimate, reservable } from '../../gateway/proxy/estimate.ts';
import { modelFacts } from '../../gateway/proxy/model-facts.ts';
import { createTokenizer } from '../../gateway/proxy/tokenizer.ts';
import { readChatAsk } from '../support/mock-upstream/chat-ask.ts';
import { texts } from '../support/mock-upstream/index.ts';
import { loadTokenCounters } from '../support/mock-upstream/token-count.ts';
import { type Chance, chance } from '../support/random.ts';

const ROUNDS = 150;

function randomText(random: Chance): string {
  const kind = random.pick(['plain', 'emoji', 'chinese', 'uuids', 'json', 'base64'] as const);
  return texts[kind](random.below(random.pick([4, 40, 700])));
}

function randomMessage(random: Chance): JsonObject {
  const kind = random.below(5);
  const name = random.happens(20) ? { name: 'ana' } : {};
  if (kind === 0) {
    const content = Array.from({ length: 1 + random.below(3) }, () => ({ type: 'text', text: randomText(random) }));
    return { role: 'user', content, ...name };
  }
  if (kind === 1) {
    const called = { name: 'search_the_web', arguments: JSON.stringify({ query: randomText(random) }) };
    return { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: called }] };
  }
  if (kind === 2) return { role: 'tool', tool_call_id: 'call_1', content: randomText(random) };
  return { role: random.pick(['system', 'user', 'assistant', 'developer']), content: randomText(random), ...name };
}

function randomTool(random: Chance, index: number): JsonObject {
  const properties: JsonObject = {};
  for (let at = random.below(4); at > 0; at--) {
    properties[`field_${at}`] = {
      type: random.pick(['string', 'number']),
      description: randomText(random),
      ...(random.happens(40) ? { enum: ['one', 'two', randomText(random)] } : {}),
    };
  }
  const parameters = { type: 'object', properties };
  return { type: 'function', function: { name: `tool_${index}`, description: randomText(random), parameters } };
}

function randomBody(random: Chance): JsonObject {
  const body: JsonObject = {
    model: random.pick(['gpt-4o', 'gpt-4', 'gpt-5', 'o3']),
    messages: Array.from({ length: 1 + random.below(6) }, () => randomMessage(random)),
  };
  if (random.happens(40))
    body.tools = Array.from({ length: 1 + random.below(4) }, (_, index) => randomTool(random, index));
  if (random.happens(20)) {
    const schema = { type: 'object', properties: { a: { type: 'string', description: randomText(random) } } };
    body.response_format = { type: 'json_schema', json_schema: { name: 'answer', schema } };
  }
  return body;
}

test('neither the bytes nor the exact count of a prompt is ever less than the provider bills', async (t) => {
  const tokenizer = createTokenizer((error) => assert.fail(String(error)));
  t.after(() => tokenizer.close());
  const counterOf = await loadTokenCounters();
  for (let seed = 0; seed < ROUNDS; seed++) {
    const body = randomBody(chance(seed));
    const json = JSON.stringify(body);
    const ask = readChatAsk(body);
    assert.ok(typeof ask !== 'string');
    const billed = counterOf(ask.model).prompt(ask);
    const facts = modelFacts(ask.model, []);
    assert.equal(facts.tokenizerExact, true);
    const { attachments } = chatDialect.readRequest(body, PLAIN_TARGET);
    const bound = promptBound(Buffer.byteLength(json), attachments, facts);
    assert.ok(bound >= billed, `seed ${seed}: bound ${bound} of ${billed}`);
    const counted = reservable(await countPrompt(tokenizer, chatDialect.promptText(body), attachments, facts), facts);
    assert.ok(counted >= billed, `seed ${seed}: counted ${counted} of ${billed}: ${json.slice(0, 300)}`);
    assert.ok(counted <= billed * 1.6 + 60, `seed ${seed}: counted ${counted} of ${billed}`);
  }
});

test('pictures, sound and files are weighed by what they may cost, not by their bytes', () => {
  const facts = modelFacts('gpt-4o', []);
  const weigh = (part: object) =>
    chatDialect.readRequest({ model: 'gpt-4o', messages: [{ role: 'user', content: [part] }] }, PLAIN_TARGET)
      .attachments;
  const data = 'A'.repeat(1_000_000);
  const picture = weigh({ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } });
  assert.deepEqual([picture.images, picture.otherTokens], [1, 0]);
  const bound = promptBound(1_000_200, picture, facts);
  assert.ok(bound >= facts.imageTokens && bound < facts.imageTokens + 300, `${bound}`);
  const linked = weigh({ type: 'image_url', image_url: { url: 'https://example.com/a.png' } });
  assert.deepEqual(linked, { bytes: 0, images: 1, otherTokens: 0, unseenFiles: 0 });
  const sound = weigh({ type: 'input_audio', input_audio: { data, format: 'wav' } });
  assert.deepEqual(sound, { bytes: 1_000_000, images: 0, otherTokens: 10_000, unseenFiles: 0 });
  const file = weigh({ type: 'file', file: { filename: 'a.pdf', file_data: data } });
  assert.deepEqual(file, { bytes: 1_000_000, images: 0, otherTokens: 1_000_000, unseenFiles: 0 });
  assert.deepEqual(weigh({ type: 'text', text: data }), { bytes: 0, images: 0, otherTokens: 0, unseenFiles: 0 });
});

test('what the provider looks up by itself is part of the bound, in every spelling of asking for it', () => {
  const unseen = (extra: object) =>
    chatDialect.readRequest({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], ...extra }, PLAIN_TARGET)
      .unseenTokens ?? 0;
  const own = [
    { type: 'function', function: { name: 'f' } },
    { type: 'custom', custom: { name: 'g' } },
  ];
  for (const extra of [{}, { tools: own }, { tools: [{ function: { name: 'f' } }] }, { plugins: [{ id: 'pdf' }] }]) {
    assert.equal(unseen(extra), 0, JSON.stringify(extra));
  }
  for (const extra of [
    { tools: [...own, { type: 'web_search_20250305', name: 'web_search' }] },
    { tools: ['web_search'] },
    { plugins: [{ id: 'web', max_results: 3 }] },
    { web_search_options: {} },
    { model: 'openai/gpt-4o:online' },
  ]) {
    assert.equal(unseen(extra), 32_000, JSON.stringify(extra));
  }
  assert.equal(unseen({ tools: [{ type: 'web_search' }], plugins: [{ id: 'web' }] }), 64_000);
});

test('the estimate is a quarter of the characters and a fifth more, at least a hundred', () => {
  const facts = modelFacts('gpt-4o', []);
  const none = { bytes: 0, images: 0, otherTokens: 0, unseenFiles: 0 };
  const estimate = (length: number) => promptEstimate({ texts: ['x'.repeat(length)], overheadTokens: 3 }, none, facts);
  assert.deepEqual([estimate(0), estimate(10), estimate(4_000), estimate(4_001)], [100, 100, 1_200, 1_201]);
});

test('a family whose tokenizer is only a stand-in is reserved half as much again', () => {
  const facts = modelFacts('claude-sonnet-4-5', []);
  assert.equal(facts.tokenizerExact, false);
  assert.equal(reservable(101, facts), 152);
  assert.equal(reservable(101, modelFacts('gpt-4o', [])), 101);
});

test('films, sound and documents are weighed by what they are, under whatever name they come', () => {
  const weigh = (...content: object[]) =>
    chatDialect.readRequest({ model: 'gpt-4o', messages: [{ role: 'user', content }] }, PLAIN_TARGET).attachments;
  const none = { bytes: 0, images: 0, otherTokens: 0, unseenFiles: 0 };
  const encoded = (type: string) => `data:${type};base64,${'A'.repeat(90_000)}`;
  const film = encoded('video/mp4');
  const bytes = film.length;
  assert.deepEqual(weigh({ type: 'video_url', video_url: { url: film } }), {
    ...none,
    bytes,
    otherTokens: Math.ceil(bytes / 10),
  });
  assert.deepEqual(weigh({ type: 'image_url', image_url: film }), {
    ...none,
    bytes,
    otherTokens: Math.ceil(bytes / 10),
  });
  const sound = weigh({ type: 'audio_url', audio_url: { url: encoded('audio/mp3') } });
  assert.equal(sound.otherTokens, Math.ceil(bytes / 30));
  const pdf = encoded('application/pdf');
  assert.deepEqual(weigh({ type: 'image_url', image_url: { url: pdf } }), {
    ...none,
    bytes: pdf.length,
    otherTokens: pdf.length,
  });
  for (const link of [
    { type: 'video_url', video_url: { url: 'https://example.com/film.mp4' } },
    { type: 'audio_url', audio_url: { url: 'https://example.com/a.mp3' } },
    { type: 'file', file: { file_data: 'https://example.com/a.pdf' } },
    { type: 'file', file: { file_id: 'file-1', file_data: '' } },
    { type: 'file', file: { file_url: 'https://example.com/a.pdf' } },
    { type: 'file', file: {} },
  ]) {
    assert.deepEqual(weigh(link), { ...none, unseenFiles: 1 }, JSON.stringify(link));
  }
  const picture = { image_url: { url: 'https://example.com/a.png' } };
  const all = { type: 'file', ...picture, file: { file_data: 'AAAA', file_id: 'file-1' } };
  assert.deepEqual(weigh(all, picture), { bytes: 4, images: 2, otherTokens: 4, unseenFiles: 1 });
  assert.deepEqual(weigh({ type: 'image_url', image_url: '' }), none);

  const response = (part: object) =>
    responsesDialect.readRequest({ model: 'gpt-4o', input: [{ role: 'user', content: [part] }] }, PLAIN_TARGET)
      .attachments;
  assert.deepEqual(response({ type: 'input_file', file_url: 'https://example.com/a.pdf', file_data: '' }), {
    ...none,
    unseenFiles: 1,
  });
  assert.equal(response({ type: 'input_image', image_url: pdf }).otherTokens, pdf.length);
  assert.equal(response({ type: 'input_video', video_url: film }).otherTokens, Math.ceil(bytes / 10));
});

test('a file that is not seen may fill its model’s window, and any number of them no more than that', () => {
  const tokens = (model: string, unseenFiles: number) => {
    const weighed = { bytes: 0, images: 0, otherTokens: 0, unseenFiles };
    return promptBound(0, weighed, modelFacts(model, []));
  };
  assert.deepEqual([tokens('gpt-4.1', 1), tokens('gpt-4.1', 3), tokens('gpt-4.1', 0)], [1_047_576, 1_047_576, 0]);
  assert.deepEqual([tokens('gemini-2.5-pro', 1), tokens('claude-sonnet-4-5', 1)], [1_048_576, 1_000_000]);
  assert.deepEqual([tokens('our-own-model', 1), tokens('our-own-model', 2)], [128_000, 256_000]);
});
