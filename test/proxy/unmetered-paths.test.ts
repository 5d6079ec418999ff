/** Under the metered prefixes nothing is forwarded that is not metered, whatever way a path is written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildProxy, CHAT, chat } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import { speak } from '../support/wire.ts';

const JSON_TYPE = 'application/json';

test('every path but those that are metered is 404, with any method and any body', async (t) => {
  const kit = await buildProxy(t);
  const paths = [
    '/v1',
    '/v1/',
    '/v1/nowhere',
    '/v1/chat',
    '/v1/chat/completions/',
    '/v1/chat/completions/x',
    '/v1/chat/completions/../models',
    '/v1/chat/../chat/completions',
    '/v1/./chat/completions',
    '/v1//chat/completions',
    '/v1/chat%2Fcompletions',
    '/v1/chat/completions%00',
    '/v1/chat/completions%20',
    '/v1/chat/completions;x=1',
    '/v1/Chat/Completions',
    '/v1/files',
    '/v1/fine_tuning/jobs',
    '/v1/assistants',
    '/v1/threads/t/runs',
    '/v1/batches',
    '/v1/engines/gpt-4o/completions',
    '/v1beta',
    '/v1beta/',
    '/v1beta/models/gemini-2.5-pro:countTokens',
    '/v1beta/files',
    '/openai',
    '/openai/deployments',
    '/openai/deployments/gpt-4o',
    '/openai/deployments/gpt-4o/files',
    '/openai/files',
  ];
  for (const path of paths) {
    for (const [method, type] of [
      ['POST', JSON_TYPE],
      ['POST', 'multipart/form-data; boundary=x'],
      ['GET', null],
      ['DELETE', null],
      ['PUT', JSON_TYPE],
      ['PATCH', JSON_TYPE],
    ] as const) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : JSON.stringify(chat());
      const answer = await kit.ask(body ?? Buffer.alloc(0), { path, method, headers: { 'content-type': type } });
      assert.equal(answer.status, 404, `${method} ${path}: ${answer.text}`);
      const error = errorIn(answer);
      assert.equal(error.code, 'not_found');
      assert.ok(error.message.includes(method) && !/[{}]/.test(error.message), error.message);
    }
  }
  assert.equal(kit.upstream.calls.length, 0);
  await kit.balanced({ records: 0 });
});

test('a metered path with another method is 404, not forwarded', async (t) => {
  const kit = await buildProxy(t);
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const answer = await kit.ask(Buffer.alloc(0), { method });
    assert.equal(answer.status, 404, method);
  }
  assert.equal((await kit.ask(Buffer.alloc(0), { method: 'HEAD' })).status, 404);
  for (const method of ['POST', 'PUT', 'DELETE']) {
    assert.equal((await kit.ask(chat(), { method, path: '/v1/models' })).status, 404, method);
  }
  assert.equal(kit.upstream.calls.length, 0);
});

test('spellings outside the prefixes reach no upstream either', async (t) => {
  const kit = await buildProxy(t);
  const targets = [
    '//v1/chat/completions',
    '/V1/chat/completions',
    '/v1%2fchat/completions',
    '/%2e/v1/chat/completions',
    '/x/../v1/chat/completions',
    '\\v1\\chat\\completions',
    'v1/chat/completions',
    `http://127.0.0.1:${kit.upstream.port}/v1/chat/completions`,
    `${kit.upstream.url}/v1/models`,
  ];
  const body = JSON.stringify(chat());
  for (const target of targets) {
    const head = [
      `POST ${target} HTTP/1.1`,
      'host: x',
      `authorization: Bearer ${kit.serviceKey}`,
      'x-user-email: ana@example.com',
      `content-type: ${JSON_TYPE}`,
      `content-length: ${body.length}`,
      'connection: close',
    ].join('\r\n');
    const said = await speak(kit.url, { say: `${head}\r\n\r\n${body}`, until: () => false });
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(said)?.[1]);
    assert.ok(status >= 400 && status < 500, `${target}: ${said.slice(0, 200)}`);
  }
  assert.equal(kit.upstream.calls.length, 0);
  await kit.balanced({ records: 0 });
});

test('an encoded letter and a query are the metered path, and metered', async (t) => {
  const kit = await buildProxy(t);
  for (const path of ['/v1/ch%61t/completions', `${CHAT}?`, `${CHAT}?x=1&../models`, `${CHAT}?a=%2F..%2Fmodels`]) {
    assert.equal((await kit.ask(chat(), { path })).status, 200, path);
    assert.equal(kit.upstream.calls.at(-1)?.path, '/v1/chat/completions');
    assert.equal(kit.upstream.calls.at(-1)?.query, '');
  }
  await kit.balanced({ records: 4 });
});

test('another protocol is not spoken: an upgrade and CONNECT get nowhere', async (t) => {
  const kit = await buildProxy(t);
  const key = `authorization: Bearer ${kit.serviceKey}\r\nx-user-email: ana@example.com\r\n`;
  const upgrade = `GET ${CHAT} HTTP/1.1\r\nhost: x\r\n${key}connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n`;
  const until = (said: string) => said.includes('\r\n\r\n');
  const first = await speak(kit.url, { say: upgrade, until });
  assert.ok(!first.startsWith('HTTP/1.1 101') && !first.startsWith('HTTP/1.1 200'), first);
  const tunnel = await speak(kit.url, {
    say: `CONNECT 127.0.0.1:${kit.upstream.port} HTTP/1.1\r\nhost: x\r\n\r\n`,
    until,
  });
  assert.ok(!tunnel.startsWith('HTTP/1.1 200'), tunnel);
  assert.equal(kit.upstream.calls.length, 0);
});
