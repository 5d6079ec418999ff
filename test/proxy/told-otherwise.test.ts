/** What is delivered in another way than as text is paid for as well, whoever leaves and whatever was claimed before. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createGate, words } from '../support/mock-upstream/index.ts';
import { buildProxy, chat, type ProxyKit } from '../support/proxy-kit.ts';
import { form, recording, type ScriptUpstream, startScriptUpstream } from '../support/script-upstream.ts';
import { buildWires, SMALL } from '../support/wires-kit.ts';

const SSE = 'text/event-stream';
const IMAGE_TOKENS = 4_000;
const TOKENS_A_SECOND = 10;
const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,aGVsbG8=' } };
const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const delta = (said: object, finish: string | null = null) =>
  event({ choices: [{ index: 0, delta: said, finish_reason: finish }] });

/** Leaves a chat's stream behind these events, and tells what that cost. */
async function left(kit: ProxyKit, events: string, read: string): Promise<number> {
  const gate = createGate();
  kit.upstream.next({
    body: `${events}${delta({}, 'stop')}data: [DONE]\n\n`,
    contentType: SSE,
    inside: Buffer.byteLength(events),
    wait: { 'inside:0': gate },
  });
  const call = kit.send(chat({ stream: true }));
  await gate.reached;
  await (await call.started).has(read);
  call.leave();
  await kit.upstream.calls.at(-1)?.over;
  const record = (await kit.settled()).at(-1);
  assert.deepEqual([record?.outcome, record?.usageSource], ['client_aborted', 'partial']);
  return record?.completionTokens ?? 0;
}

test('who leaves a spoken answer pays for its words, and who leaves a drawn one for its pictures', async (t) => {
  const kit = await buildProxy(t);
  const spoken = delta({ audio: { id: 'a', data: 'aGk=' } }) + delta({ audio: { transcript: words(40) } });
  assert.equal(await left(kit, spoken, 'word"'), 40);
  const drawn = delta({ content: words(5) }) + delta({ content: '', images: [picture, picture] });
  assert.equal(await left(kit, drawn, 'aGVsbG8='), 5 + 2 * IMAGE_TOKENS);
});

test('without usage a spoken and drawn answer costs its words and pictures', async (t) => {
  const kit = await buildProxy(t);
  const message = { role: 'assistant', content: words(5), audio: { id: 'a', transcript: words(7) }, images: [picture] };
  kit.upstream.next({ body: JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }) });
  assert.equal((await kit.ask()).status, 200);
  const record = (await kit.settled()).at(-1);
  assert.equal(record?.usageSource, 'tokenizer');
  const text = (record?.completionTokens ?? 0) - IMAGE_TOKENS;
  assert.ok(text >= 11 && text <= 13, `${text}`);
});

test('a response whose only event is its last one costs what that says', async (t) => {
  const kit = await buildWires(t);
  const output = [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: words(30) }] }];
  const whole = event({ type: 'response.completed', response: { id: 'resp_1', status: 'completed', output } });
  kit.upstream.next({ body: whole, contentType: SSE });
  const { path, body } = SMALL.responses;
  assert.equal((await kit.ask({ ...body, stream: true }, { path })).text, whole);
  const record = (await kit.settled()).at(-1);
  assert.deepEqual([record?.completionTokens, record?.usageSource, record?.outcome], [30, 'tokenizer', 'ok']);
});

interface Rig {
  readonly kit: ProxyKit;
  readonly upstream: ScriptUpstream;
}

async function rig(t: TestContext): Promise<Rig> {
  const upstream = await startScriptUpstream(t);
  const upstreams = [{ id: 'script', kind: 'openai', baseUrl: upstream.baseUrl, apiKey: 'sk-script-0000' }];
  return { kit: await buildProxy(t, { config: { upstreams } }), upstream };
}

/** Sends a recording of one second and tells how many seconds were charged. */
async function heard({ kit, upstream }: Rig, type: string, body: string, extra = {}): Promise<number> {
  upstream.next({ type, body });
  const sent = form({ model: 'whisper-1', file: recording(1), ...extra });
  const answer = await kit.send(sent.body, { path: '/v1/audio/transcriptions', headers: { 'content-type': sent.type } })
    .over;
  assert.deepEqual([answer.status, answer.text], [200, body]);
  return ((await kit.settled()).at(-1)?.completionTokens ?? 0) / TOKENS_A_SECOND;
}

test('a recording that claims to be short costs as long as it takes to say what was heard', async (t) => {
  const subject = await rig(t);
  const speech = 'x'.repeat(4_000);
  assert.equal(await heard(subject, 'text/plain', 'short\n'), 1);
  assert.equal(await heard(subject, 'text/plain', speech), 100);
  assert.equal(await heard(subject, 'application/json', JSON.stringify({ text: speech })), 100);
  assert.equal(
    await heard(subject, 'application/json', JSON.stringify({ text: speech, duration: 3 })),
    3,
    'told is told',
  );
  const vtt = 'WEBVTT\n\n00:00.000 --> 00:09.000\nhi\n\n01:02:03.000 --> 01:02:05.500\nbye\n';
  assert.equal(await heard(subject, 'text/vtt', vtt), 3_725.5);
  assert.equal(await heard(subject, 'text/plain', '1\n00:00:01,000 --> 00:01:30,000\nhi\n'), 90);
  const events = [
    ...['x'.repeat(2_000), 'y'.repeat(2_000)].map((said) => event({ type: 'transcript.text.delta', delta: said })),
    event({ type: 'transcript.text.done', text: 'x' }),
  ].join('');
  assert.equal(await heard(subject, SSE, events, { stream: 'true' }), 100);
});

test('a recording of a number, or of a word that JSON knows, is an answer like any other', async (t) => {
  const subject = await rig(t);
  for (const text of ['42\n', 'true', 'null', '"yes"', '[1]', 'forty two\n']) {
    assert.equal(await heard(subject, 'text/plain; charset=utf-8', text, { response_format: 'text' }), 1, text);
  }
  const refusal = JSON.stringify({ error: { message: 'no' } });
  assert.equal(await heard(subject, 'application/json', refusal), 0, 'an error is still one');
});

test('what comes as plain text although a stream was asked for is delivered and paid for', async (t) => {
  const subject = await rig(t);
  const srt = '1\n00:00:01,000 --> 00:01:30,000\nhi\n';
  assert.equal(await heard(subject, 'text/plain', srt, { response_format: 'srt', stream: 'true' }), 90);
  assert.equal(await heard(subject, 'text/vtt', 'WEBVTT\n', { response_format: 'vtt', stream: 'true' }), 1);
  const json = JSON.stringify({ text: 'hi', duration: 7 });
  assert.equal(await heard(subject, 'application/json', json, { stream: 'true' }), 7);
});
