/** Bodies that cannot be metered are refused with a sentence; nothing is held, nothing is sent, nothing breaks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildProxy, CHAT, chat, type ProxyKit } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import { sendOnWire, speak, type WireAnswer } from '../support/wire.ts';

function assertRefused(
  answer: WireAnswer,
  status: number,
  name: string,
): { message: string; code: string; param: string | null } {
  assert.equal(answer.status, status, `${name}: ${answer.text.slice(0, 200)}`);
  const error = errorIn(answer);
  assert.match(error.message, /^[A-Z'].{9,300}\.$/, name);
  assert.equal(error.type, 'invalid_request_error', name);
  assert.match(String(answer.headers['x-request-id']), /^req_/, name);
  return error;
}

/** As it was before: nothing recorded, nobody made, and the next request is served. */
async function assertUnharmed(kit: ProxyKit): Promise<void> {
  assert.equal(kit.upstream.calls.length, 0, 'nothing reached the upstream');
  await kit.balanced({ records: 0 });
  assert.equal((await kit.ask()).status, 200);
  await kit.balanced({ records: 1 });
}

test('what is no JSON object in UTF-8, plain, is refused', async (t) => {
  const kit = await buildProxy(t);
  const body = JSON.stringify(chat());
  const cases: [string, number, string | Buffer, Record<string, string | null>?][] = [
    ['broken JSON', 400, '{"model":"gpt-4o","messages":[{"role":"us'],
    ['an array', 400, '[]'],
    ['nothing', 400, ''],
    ['a form', 415, 'model=gpt-4o', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['text', 415, body, { 'content-type': 'text/plain' }],
    ['no type', 415, body, { 'content-type': null }],
    ['another JSON', 415, body, { 'content-type': 'application/vnd.api+json' }],
    ['parts', 415, body, { 'content-type': 'multipart/form-data; boundary=x' }],
    ['gzip', 415, gzipSync(body), { 'content-encoding': 'gzip' }],
    ['gzip that says nothing', 415, gzipSync(body)],
    ['a coding of any name', 415, body, { 'content-encoding': 'br' }],
    ['Latin-1', 415, Buffer.from(body.replace('Hello', 'Ol\xe1'), 'latin1')],
    ['UTF-16', 415, Buffer.from(`\ufeff${body}`, 'utf16le')],
    ['a hundred thousand brackets', 400, `{"model":"gpt-4o","messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['duplicate keys', 400, body.replace('{', '{"max_tokens":5,"max\\u005ftokens":500000,')],
    ['keys in other letters', 400, body.replace('{', '{"Max_Tokens":500000,')],
    ['a negative limit', 400, JSON.stringify(chat({ max_tokens: -5 }))],
    ['half a token', 400, JSON.stringify(chat({ max_tokens: 0.5 }))],
    ['a limit beyond all numbers', 400, body.replace('{', '{"max_tokens":1e999,')],
    ['too many choices', 400, JSON.stringify(chat({ n: 1_000_000 }))],
    ['no choice', 400, JSON.stringify(chat({ n: 0 }))],
    ['no messages', 400, JSON.stringify({ model: 'gpt-4o' })],
    ['a model that is a list', 400, JSON.stringify(chat({ model: ['gpt-4o'] }))],
    ['a model of ten thousand letters', 400, JSON.stringify(chat({ model: 'm'.repeat(10_000) }))],
    ['stream as a word', 400, JSON.stringify(chat({ stream: 'true' }))],
  ];
  for (const [name, status, sent, headers = {}] of cases) assertRefused(await kit.ask(sent, { headers }), status, name);
  await assertUnharmed(kit);
});

test('identity coding and a charset are no reason to refuse', async (t) => {
  const kit = await buildProxy(t);
  const headers = { 'content-encoding': 'identity', 'content-type': 'application/json; charset=utf-8' };
  assert.equal((await kit.ask(chat(), { headers })).status, 200);
  assert.equal((await kit.ask(chat(), { headers: { 'content-type': 'Application/JSON' } })).status, 200);
  await kit.balanced({ records: 2 });
});

test('a gigabyte that is claimed is refused before it is sent', async (t) => {
  const kit = await buildProxy(t);
  const headers = {
    'content-length': String(2 ** 30),
    'content-type': 'application/json',
    'x-user-email': 'a@example.com',
  };
  const authorization = `Bearer ${kit.serviceKey}`;
  const call = sendOnWire(kit.url, { path: CHAT, headers: { ...headers, authorization }, body: '{"model":' });
  const answer = await call.started;
  await answer.end;
  const { code } = assertRefused(answer, 413, 'claimed');
  assert.equal(code, 'request_too_large');
  assert.equal(answer.headers.connection, 'close');
  await assertUnharmed(kit);
});

test('a body that grows past the limit is refused, however it is sent', async (t) => {
  const kit = await buildProxy(t, {
    config: { bodyLimit: 10_000, users: [{ email: 'ana@example.com', plan: 'enterprise' }] },
  });
  const large = JSON.stringify(chat({ messages: [{ role: 'user', content: 'x'.repeat(20_000) }] }));
  assertRefused(await kit.ask(large), 413, 'declared');
  assertRefused(await kit.ask(large, { headers: { 'transfer-encoding': 'chunked' } }), 413, 'chunked');
  await assertUnharmed(kit);
});

test('a body that breaks off is no request', async (t) => {
  const kit = await buildProxy(t);
  const call = kit.send(JSON.stringify(chat()).slice(0, -10), { headers: { 'content-length': '500' } });
  call.leave();
  await assert.rejects(call.over);
  await assertUnharmed(kit);
});

test('a model that nobody serves is 404 with the models that are served, and braces do not come back', async (t) => {
  const kit = await buildProxy(t);
  const { db, events } = kit.context;
  await db.update(db.tables.upstreams).set({ models: ['gpt-4o*', 'o3'] });
  await events.emit({ kind: 'upstreams_changed' });
  const answer = await kit.ask(chat({ model: 'no{"a":1}\u001bsuch' }));
  const { message, code, param } = assertRefused(answer, 404, 'unknown');
  assert.deepEqual([code, param], ['model_not_found', 'model']);
  assert.equal(message, `No upstream serves the model 'no"a":1such'. Served: gpt-4o*, o3.`);
  assert.equal(kit.upstream.calls.length, 0);
  await kit.balanced({ records: 0 });
});

test('a hundred thousand messages are metered like one', { timeout: 60_000 }, async (t) => {
  const kit = await buildProxy(t, {
    config: { users: [{ email: 'ana@example.com', plan: 'enterprise', monthlyLimit: 4_000_000 }] },
  });
  const messages = Array.from({ length: 100_000 }, (_, index) => ({
    role: index % 2 ? 'assistant' : 'user',
    content: 'ok',
  }));
  for (const stream of [false, true]) {
    const answer = await kit.ask(chat({ messages, stream, max_tokens: 20 }));
    assert.equal(answer.status, 200);
  }
  const [record] = await kit.balanced({ records: 2 });
  assert.ok((record?.promptTokens ?? 0) > 100_000);
  assert.equal(record?.absorbedTokens, 0);
});

test('keys of the prototype do nothing and go on as they are', async (t) => {
  const kit = await buildProxy(t);
  const body = `{"__proto__":{"model":"x","stream":true,"max_tokens":5},"constructor":{"prototype":{"a":1}},${JSON.stringify(chat()).slice(1)}`;
  const answer = await kit.ask(body);
  assert.equal(answer.status, 200);
  assert.match(String(answer.headers['content-type']), /^application\/json/);
  assert.equal(kit.upstream.calls[0]?.bytes.toString(), body);
  assert.equal(({} as { stream?: unknown }).stream, undefined);
  await kit.balanced({ records: 1 });
});

test('after every error the same connection goes on with the next request', async (t) => {
  const kit = await buildProxy(t);
  const good = JSON.stringify(chat());
  const request = (path: string, body: string, more: string[] = []) =>
    [
      `POST ${path} HTTP/1.1`,
      'host: x',
      `authorization: Bearer ${kit.serviceKey}`,
      'x-user-email: ana@example.com',
      `content-length: ${body.length}`,
      ...more,
      '',
      body,
    ].join('\r\n');
  const json = ['content-type: application/json'];
  const requests = [
    request(CHAT, '{broken', json),
    request(CHAT, good, ['content-type: text/plain']),
    request(CHAT, good, [...json, 'content-encoding: gzip']),
    request('/v1/nowhere', good, ['content-type: text/plain']),
    request(CHAT, good.replace('{', '{"n":0,'), json),
    request(CHAT, good, json),
  ];
  const statuses = (said: string) => [...said.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  const wanted = [400, 415, 415, 404, 400, 200];
  const oneByOne = await speak(
    kit.url,
    ...requests.map((say, index) => ({
      say,
      until: (said: string) => statuses(said).length === index + 1 && /\}\s*$/.test(said),
    })),
  );
  assert.deepEqual(statuses(oneByOne), wanted);
  const pipelined = await speak(kit.url, {
    say: requests.join(''),
    until: (said) => statuses(said).length === wanted.length && /\}\s*$/.test(said),
  });
  assert.deepEqual(statuses(pipelined), wanted);
  await kit.balanced({ records: 2 });
  assert.equal(kit.upstream.calls.length, 2);
});

test('refused requests are listed with who, what and why', async (t) => {
  const kit = await buildProxy(t);
  await kit.ask(chat({ max_tokens: -1 }));
  await kit.ask(chat(), { headers: { 'x-user-email': 'nobody' } });
  await kit.gateway.stop();
  const again = await kit.restart();
  const { refusals } = again.context.db.tables;
  const rows = await again.context.db.select().from(refusals);
  assert.deepEqual(
    rows
      .map(({ code, statusCode, endpoint, requests }) => ({ code, statusCode, endpoint, requests }))
      .sort((a, b) => a.statusCode - b.statusCode),
    [
      { code: 'invalid_request', statusCode: 400, endpoint: CHAT, requests: 1 },
      { code: 'identity_invalid', statusCode: 401, endpoint: CHAT, requests: 1 },
    ],
  );
  assert.ok(!JSON.stringify(rows).includes('Hello there'));
});
