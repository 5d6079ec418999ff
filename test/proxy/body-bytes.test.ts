/** JSON answers reach the client byte for byte, whatever way they come, with their length and their figures. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codings, type Knobs, words } from '../support/mock-upstream/index.ts';
import { buildProxy, chat } from '../support/proxy-kit.ts';

const TEXT = 'Olá, 世界! 👩‍💻 {"a": [1, 2]} — done.';
const SHAPES: Record<string, Knobs> = {
  'with a length': {},
  'in chunks': { insert: [{ at: 'headers', raw: '' }] },
  'every byte by itself': { writes: 'byte' },
  'in ASCII': { asciiOnly: true },
  ...codings,
};
const USAGE = '"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13}';
/** JSON as no serialiser of ours would write it. */
const BODIES: Record<string, string> = {
  'with air': `{\r\n "choices" : [ {"index":0,"message":{"content":"\\u00e9 \\/ 1.0"}} ] ,\n\t${USAGE} , "x":1.0, "big":9007199254740993 }\n`,
  'with usage first': `{${USAGE},"choices":[{"message":{"content":"a"}}],"created":1.5e9}`,
  'with a byte order mark': `\ufeff{"choices":[{"message":{"content":"a"}}],${USAGE}}`,
  'of 10 MB': `{"choices":[{"message":{"content":"${'x'.repeat(10_000_000)}"}}],${USAGE}}`,
};

test('JSON answers arrive as they were sent, plain and with their length', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: TEXT } });
  for (const [name, knobs] of Object.entries(SHAPES)) {
    kit.upstream.next(knobs);
    const answer = await kit.ask();
    assert.equal(answer.text, kit.upstream.calls.at(-1)?.pieces.join(''), name);
    assert.equal(answer.headers['content-length'], String(answer.bytes.length), name);
    assert.equal(answer.headers['content-encoding'], undefined, name);
    assert.equal(answer.headers['transfer-encoding'], undefined, name);
  }
  const records = await kit.balanced({ records: Object.keys(SHAPES).length });
  assert.ok(records.every(({ outcome, usageSource }) => outcome === 'ok' && usageSource === 'reported'));
});

test('no byte of a body changes, however it is written', async (t) => {
  const kit = await buildProxy(t);
  for (const [name, body] of Object.entries(BODIES)) {
    kit.upstream.next({ body });
    const answer = await kit.ask();
    assert.ok(answer.bytes.equals(Buffer.from(body)), name);
    assert.equal(answer.headers['content-type'], 'application/json', name);
    const record = (await kit.settled()).find(({ id }) => id === answer.headers['x-request-id']);
    assert.deepEqual([record?.usageSource, record?.totalTokens], ['reported', 13], name);
  }
});

test('tool calls, choices and every other member pass as they are', async (t) => {
  const kit = await buildProxy(t);
  kit.upstream.next({ toolCalls: [{ name: 'f', arguments: '{"a":1.0}' }], reasoning: words(5) });
  const answer = await kit.ask(chat({ n: 2, tools: [{ type: 'function', function: { name: 'f' } }] }));
  assert.equal(answer.text, kit.upstream.calls[0]?.pieces.join(''));
  const { choices } = JSON.parse(answer.text);
  assert.deepEqual(
    choices.map((choice: { message: object }) => 'tool_calls' in choice.message),
    [true, true],
  );
  await kit.balanced({ records: 1 });
});
