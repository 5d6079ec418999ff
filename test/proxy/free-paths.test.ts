/** Paths that an administrator lists as free pass to an upstream; nothing else does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildProxy } from '../support/proxy-kit.ts';
import { startScriptUpstream } from '../support/script-upstream.ts';
import { sendOnWire } from '../support/wire.ts';

test('a listed path is read from the upstream with its own key, and costs nothing', async (t) => {
  const upstream = await startScriptUpstream(t);
  const upstreams = [{ id: 'script', kind: 'openai', baseUrl: upstream.baseUrl, apiKey: 'sk-script-0000' }];
  const kit = await buildProxy(t, { config: { upstreams } });
  upstream.next({ body: '{"object":"list","data":[]}' });
  const read = (
    path: string,
    headers: Record<string, string> = { authorization: `Bearer ${kit.serviceKey}` },
    method = 'GET',
  ) =>
    sendOnWire(kit.url, { method, path, headers: { 'x-user-email': 'ana@example.com', cookie: 'a=b', ...headers } })
      .over;

  assert.equal((await read('/v1/files')).status, 404, 'nothing is free that is not listed');
  await kit.set({ 'policy.freePaths': ['/v1/files', '/v1/batches/*'] });
  const answer = await read(`/v1/files?limit=2&key=${kit.serviceKey}`);
  assert.deepEqual([answer.status, answer.text], [200, '{"object":"list","data":[]}']);
  assert.match(String(answer.headers['x-request-id']), /^req_/);
  const [call] = upstream.calls;
  assert.deepEqual(
    [call?.path, call?.query, call?.headers.authorization],
    ['/v1/files', 'limit=2', 'Bearer sk-script-0000'],
  );
  assert.ok(!/ana@example|cookie|sk-sol/.test(JSON.stringify(call?.headers)));
  assert.equal((await read('/v1/batches/b1')).status, 200);

  const before = upstream.calls.length;
  assert.equal((await read('/v1/files', {})).status, 401);
  assert.equal((await read('/v1/files', undefined, 'POST')).status, 404);
  assert.equal((await read('/v1/files', undefined, 'DELETE')).status, 404);
  for (const path of [
    '/v1/files/f1',
    '/v1/batches/../responses/r1',
    '/v1/batches/%2e%2e/responses/r1',
    '/v1/batches//x',
    '/v1/batches/./x',
    '/v1/batches/a%2Fb',
    '/v1/Files%00',
  ]) {
    assert.equal((await read(path)).status, 404, path);
  }
  assert.equal(upstream.calls.length, before);
  upstream.next({ status: 302, body: '' });
  assert.equal((await read('/v1/files')).status, 502);
  await kit.balanced({ records: 0 });
});
