/** Under the strict policy no text is free, wherever in a request and in whatever disguise: what is not counted is weighed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatDialect } from '../../gateway/proxy/dialects/chat.ts';
import { completionsDialect } from '../../gateway/proxy/dialects/completions.ts';
import type { Dialect, JsonObject } from '../../gateway/proxy/dialects/dialect.ts';
import { geminiDialect } from '../../gateway/proxy/dialects/gemini.ts';
import { messagesDialect } from '../../gateway/proxy/dialects/messages.ts';
import { responsesDialect } from '../../gateway/proxy/dialects/responses.ts';
import { texts } from '../support/mock-upstream/index.ts';
import { ANA } from '../support/proxy-kit.ts';
import { buildWires } from '../support/wires-kit.ts';

const HIDDEN = texts.chinese(8_000);
const TARGET = { params: { call: 'gemini-2.5-flash:generateContent' }, query: {} };
const NAME = { model: 'gpt-4o-mini' };

const chat = (part: unknown): JsonObject => ({
  ...NAME,
  max_tokens: 300,
  messages: [{ role: 'user', content: [part] }],
});
const item = (one: unknown): JsonObject => ({
  ...NAME,
  max_output_tokens: 300,
  input: [{ role: 'user', content: 'hi' }, one],
});
const inItem = (part: unknown): JsonObject => item({ role: 'user', content: [part] });
const message = (block: unknown): JsonObject => ({
  model: 'claude-sonnet-4-5',
  max_tokens: 300,
  messages: [{ role: 'user', content: [block] }],
});
const content = (part: unknown): JsonObject => ({
  contents: [{ role: 'user', parts: [part] }],
  generationConfig: { maxOutputTokens: 300 },
});
const hi = { role: 'user', content: 'hi' };

interface Wire {
  readonly dialect: Dialect;
  readonly path: string;
  /** Requests that hide text. */
  readonly hiding: readonly JsonObject[];
}

const WIRES: Readonly<Record<string, Wire>> = {
  chat: {
    dialect: chatDialect,
    path: '/v1/chat/completions',
    hiding: [
      chat({ type: 'text', text: 'a', image_url: '', other: HIDDEN }),
      chat({ type: 'text', text: 'a', file: { filename: HIDDEN, file_data: 'AA' } }),
      chat({ type: 'text', text: 'a', input_audio: { data: 'AA', transcript: HIDDEN } }),
      chat({ type: 'image_url', image_url: { url: 'https://example.com/a.png', alt: HIDDEN } }),
      chat({ type: 'image_url', image_url: { text: HIDDEN } }),
      chat({ type: 'file', image_url: '', file: { file_data: HIDDEN } }),
      chat({ type: 'file', image_url: { url: 'https://example.com/a.png' }, file: { file_data: HIDDEN } }),
      chat({ type: 'input_audio', input_audio: HIDDEN }),
      { ...chat({ type: 'text', text: 'a' }), documents: [HIDDEN] },
    ],
  },
  responses: {
    dialect: responsesDialect,
    path: '/v1/responses',
    hiding: [
      item({ type: 'function_call_output', role: 'tool', call_id: 'c', output: HIDDEN }),
      item({ type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: HIDDEN }] }),
      item({ type: 'function_call', call_id: 'c', name: 'f', arguments: HIDDEN, text: 'x' }),
      item({ role: 'user', content: 'a', reasoning_content: HIDDEN }),
      item({ type: 'message', role: HIDDEN, content: 'a' }),
      inItem({ type: 'input_text', text: 'a', other: HIDDEN }),
      inItem({ type: 'input_image', text: HIDDEN }),
      inItem({ type: 'input_image', image_url: 'https://example.com/a.png', file_data: HIDDEN }),
      inItem({ type: 'input_file', file_id: 'f', filename: HIDDEN }),
      inItem({ type: 'input_text', text: 'a', file_data: HIDDEN }),
      inItem({ type: 'input_text', text: 'a', refusal: HIDDEN }),
      { ...item(hi), previous_input_messages: [{ role: 'user', content: HIDDEN }] },
      { ...item(hi), text: { verbosity: 'low', other: HIDDEN } },
      { ...item(hi), messages: [{ role: 'user', content: HIDDEN }] },
    ],
  },
  messages: {
    dialect: messagesDialect,
    path: '/v1/messages',
    hiding: [
      message({ type: 'text', role: 'user', text: HIDDEN }),
      message({ type: 'text', text: 'a', other: HIDDEN }),
      message({ type: 'text', text: 'a', source: { type: 'base64', data: 'AA', text: HIDDEN } }),
      message({ type: 'thinking', thinking: 'a', text: HIDDEN }),
      message({ type: 'tool_result', tool_use_id: 't', content: 'a', text: HIDDEN }),
      message({ type: 'image', source: { type: 'text', data: HIDDEN } }),
      message({ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' }, text: HIDDEN }),
      message({ type: 'image', source: { type: 'base64', media_type: 'application/pdf', data: HIDDEN } }),
      message({ type: 'document', source: { type: 'url', url: 'u', data: HIDDEN } }),
      message({ type: 'document', source: { type: 'text', data: 'a', content: [{ type: 'text', text: HIDDEN }] } }),
      message({ role: 'user', content: HIDDEN }),
      { ...message('a'), messages: [{ role: HIDDEN, content: 'a' }] },
      { ...message('a'), messages: [{ role: 'user', content: 'a', name: HIDDEN }] },
      { ...message('a'), tools: [{ type: 'text', text: 'a', description: HIDDEN }] },
      { ...message('a'), documents: [{ type: 'image', source: { type: 'base64', data: HIDDEN } }] },
    ],
  },
  gemini: {
    dialect: geminiDialect,
    path: '/v1beta/models/gemini-2.5-flash:generateContent',
    hiding: [
      content({ text: 'a', functionResponse: { name: 'f', response: { a: HIDDEN } } }),
      content({ text: 'a', inlineData: { mimeType: 'image/png', data: 'AA', text: HIDDEN } }),
      content({ inlineData: { mimeType: 'image/png', data: 'AA' }, functionCall: { name: 'f', args: { a: HIDDEN } } }),
      content({ inlineData: { mimeType: 'image/png', text: HIDDEN } }),
      content({ parts: [{ text: 'a' }], text: HIDDEN }),
      { ...content({ text: 'a' }), documents: HIDDEN },
      { ...content({ text: 'a' }), tools: [{ text: 'a', functionDeclarations: [{ name: 'f', description: HIDDEN }] }] },
      { contents: [{ parts: [{ text: 'a' }] }], generationConfig: { maxOutputTokens: 300, instruction: HIDDEN } },
    ],
  },
  completions: {
    dialect: completionsDialect,
    path: '/v1/completions',
    hiding: [
      { ...NAME, max_tokens: 300, prompt: 'a', suffix: HIDDEN },
      { ...NAME, max_tokens: 300, prompt: 'a', input_prefix: HIDDEN },
      { ...NAME, max_tokens: 300, prompt: 'a', messages: [{ role: 'user', content: HIDDEN }] },
    ],
  },
};

for (const [name, { dialect, path, hiding }] of Object.entries(WIRES)) {
  test(`text that hides in ${name} is counted or weighed`, () => {
    for (const body of hiding) {
      const { attachments } = dialect.readRequest(body, TARGET);
      const counted = dialect.promptText(body).texts.some((text) => text.includes(HIDDEN));
      assert.ok(counted || attachments.otherTokens >= HIDDEN.length, JSON.stringify(body).slice(0, 200));
    }
  });

  test(`a prompt that hides in ${name} is not forwarded where it does not fit`, async (t) => {
    const kit = await buildWires(t, { config: { users: [{ email: ANA, plan: 'enterprise', monthlyLimit: 3_000 }] } });
    for (const body of hiding) {
      const answer = await kit.ask(body, { path });
      assert.equal(answer.status, 429, JSON.stringify(body).slice(0, 200));
    }
    assert.equal(kit.upstream.calls.length, 0);
    await kit.balanced({ records: 0 });
  });
}

test('of an honest request exactly its text is counted', () => {
  const counted = (dialect: Dialect, body: JsonObject) => dialect.promptText(body).texts.filter((text) => text !== '');
  const { chat: toChat, responses, messages, gemini, completions } = WIRES;
  assert.ok(toChat && responses && messages && gemini && completions);
  const data = 'A'.repeat(500);
  const picture = `data:image/png;base64,${data}`;
  const chatBody = {
    ...NAME,
    stream_options: { include_usage: true },
    stop: ['x'],
    messages: [
      { role: 'system', content: 'be brief' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } },
          { type: 'image_url', image_url: { url: picture, detail: 'high' } },
          { type: 'input_audio', input_audio: { data, format: 'wav' } },
          { type: 'file', file: { file_id: 'file-1' } },
        ],
      },
    ],
  };
  assert.deepEqual(counted(toChat.dialect, chatBody), ['system', 'be brief', 'user', 'hi']);
  const call = { type: 'function_call', id: 'fc', call_id: 'c', name: 'f', arguments: '{}', status: 'completed' };
  const responsesBody = {
    ...NAME,
    instructions: 'be brief',
    include: ['reasoning.encrypted_content'],
    metadata: { a: 'b' },
    text: { format: { type: 'text' }, verbosity: 'low' },
    input: [
      { type: 'message', id: 'm', status: 'completed', role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: [{ type: 'output_text', text: 'ok', annotations: [{ type: 'url_citation', url: 'u' }], logprobs: [] }],
      },
      call,
      { type: 'function_call_output', id: 'o', call_id: 'c', output: 'done', status: 'completed' },
      {
        role: 'user',
        content: [
          { type: 'input_image', image_url: picture, detail: 'auto' },
          { type: 'input_image', file_id: 'file-1' },
          { type: 'input_file', file_url: 'https://example.com/a.pdf' },
        ],
      },
    ],
  };
  assert.deepEqual(counted(responses.dialect, responsesBody), [
    'be brief',
    'user',
    'hi',
    'assistant',
    'ok',
    JSON.stringify(call),
    'c',
    'done',
    'user',
    '{"type":"text"}',
  ]);
  const tool = { name: 'f', input_schema: { type: 'object' } };
  const messagesBody = {
    ...message({
      type: 'tool_result',
      tool_use_id: 't',
      is_error: false,
      content: [
        { type: 'text', text: 'done', citations: [{ cited_text: 'x' }] },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
      ],
    }),
    system: [{ type: 'text', text: 'be brief', cache_control: { type: 'ephemeral' } }],
    tools: [tool],
    metadata: { user_id: 'u' },
    stop_sequences: ['x'],
    thinking: { type: 'enabled', budget_tokens: 1_024 },
  };
  assert.deepEqual(counted(messages.dialect, messagesBody), ['be brief', 't', 'done', JSON.stringify(tool)]);
  const geminiBody = {
    contents: [
      { role: 'user', parts: [{ text: 'hi' }, { inlineData: { mimeType: 'image/png', data } }] },
      { role: 'model', parts: [{ text: 'ok', thought: true, thoughtSignature: data }] },
    ],
    system_instruction: { parts: [{ text: 'be brief' }] },
    generationConfig: {
      stopSequences: ['x'],
      responseMimeType: 'application/json',
      response_schema: { type: 'OBJECT' },
    },
    safetySettings: [{ category: 'c' }],
  };
  assert.deepEqual(counted(gemini.dialect, geminiBody), ['be brief', 'hi', 'ok', '{"type":"OBJECT"}']);
  const completionsBody = { ...NAME, prompt: ['a', 'b'], suffix: 'c', stop: ['x'], user: 'u' };
  assert.deepEqual(counted(completions.dialect, completionsBody), ['a', 'b', 'c']);
});
