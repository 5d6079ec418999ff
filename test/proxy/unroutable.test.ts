/** URLs that no router can read: refused in the shape of what they were meant for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildProxy } from '../support/proxy-kit.ts';

test('a path that cannot be decoded is refused in the shape of its provider, or of the API', async (t) => {
  const kit = await buildProxy(t);
  const ask = async (method: string, path: string) => {
    const { status, text } = await kit.ask('{}', { method, path });
    assert.equal(status, 400, `${path}: ${text}`);
    assert.ok(!text.includes('FST_'), text);
    return JSON.parse(text);
  };
  for (const path of ['/v1beta/models/%zz:generateContent', '/v1/models/%E0%A4%A:generateContent']) {
    const { error } = await ask('POST', path);
    assert.deepEqual([error.code, error.status], [400, 'INVALID_ARGUMENT'], path);
  }
  for (const [method, path] of [
    ['POST', '/openai/deployments/%zz/chat/completions'],
    ['POST', '/v1/%E0%A4%A/x'],
    ['GET', '/v1/models/%zz'],
  ] as const) {
    const { error } = await ask(method, path);
    assert.deepEqual([error.code, error.type], ['invalid_request', 'invalid_request_error'], path);
    assert.match(error.message, /percent-encoding/);
  }
  for (const path of ['/api/admin/users/%zz', '/console/%zz', '/%zz']) {
    const { error } = await ask('GET', path);
    assert.deepEqual(Object.keys(error), ['code', 'message'], path);
    assert.equal(error.code, 'invalid_request');
  }
  assert.equal(kit.upstream.calls.length, 0);
});
