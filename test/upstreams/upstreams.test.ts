import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { testUpstream } from '../../gateway/upstreams/test-upstream.ts';
import { office } from '../accounts/account-kit.ts';
import { heardFrom } from '../support/heard.ts';
import { freePort } from '../support/ports.ts';

const SECRET = 'sk-upstream-secret-1234';

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("an upstream's key goes in sealed and never comes out", async (t) => {
  const { api, context } = await office(t);
  const events = heardFrom(context, 'upstreams_changed');
  const made = await api('/api/admin/upstreams', {
    headers: { 'idempotency-key': 'u1' },
    body: { id: 'openai', baseUrl: 'https://api.example.com/v1/', apiKey: SECRET },
  });
  assert.equal(made.status, 201);
  const { baseUrl, hasApiKey, models, position, name, source } = made.body;
  assert.deepEqual(
    { baseUrl, hasApiKey, models, position, name, source },
    {
      baseUrl: 'https://api.example.com/v1',
      hasApiKey: true,
      models: ['*'],
      position: 0,
      name: 'openai',
      source: 'console',
    },
  );
  const put = (body: unknown) => api('/api/admin/upstreams/openai', { method: 'PUT', body });
  assert.equal((await put({ weight: 3 })).body.hasApiKey, true);
  const { upstreams, idempotencyKeys } = context.db.tables;
  const [row] = await context.db.select().from(upstreams);
  assert.ok(row?.apiKey);
  assert.equal(await context.secrets.open(row.apiKey), SECRET);
  const everywhere = JSON.stringify([
    row,
    await context.db.select().from(idempotencyKeys),
    (await api('/api/admin/upstreams')).body,
    (await api('/api/admin/audit')).body,
  ]);
  assert.ok(!everywhere.includes(SECRET));
  assert.equal((await put({ apiKey: null })).body.hasApiKey, false);
  assert.equal((await api('/api/admin/upstreams/openai', { method: 'DELETE' })).status, 204);
  assert.deepEqual(new Set(events.map(({ kind }) => kind)), new Set(['upstreams_changed']));
});

test('new upstreams come last, and the list is in the order in which they are tried', async (t) => {
  const { api } = await office(t);
  const add = (id: string) => api('/api/admin/upstreams', { body: { id, baseUrl: 'https://api.example.com/v1' } });
  await add('first');
  await add('second');
  await api('/api/admin/upstreams', { body: { kind: 'demo', id: 'demo', position: 0 } });
  await api('/api/admin/upstreams/first', { method: 'PUT', body: { position: 5 } });
  const { items } = (await api('/api/admin/upstreams')).body;
  assert.deepEqual(
    items.map(({ id, position }: { id: string; position: number }) => [id, position]),
    [
      ['demo', 0],
      ['second', 1],
      ['first', 5],
    ],
  );
});

test('bad upstreams are refused, and the field at fault is named', async (t) => {
  const { api } = await office(t);
  await api('/api/admin/upstreams', { body: { id: 'taken', baseUrl: 'https://api.example.com/v1' } });
  for (const [body, status, field] of [
    [{}, 400, 'baseUrl'],
    [{ id: 'taken', baseUrl: 'https://x.example.com' }, 409, 'id'],
    [{ baseUrl: 'api.example.com/v1' }, 400, 'baseUrl'],
    [{ baseUrl: 'ftp://api.example.com' }, 400, 'baseUrl'],
    [{ baseUrl: 'https://user:pass@api.example.com' }, 400, 'baseUrl'],
    [{ baseUrl: 'https://api.example.com/v1?key=1' }, 400, 'baseUrl'],
    [{ baseUrl: 'https://api.example.com/v1/chat/completions' }, 400, 'baseUrl'],
    [{ baseUrl: 'https://x.example.com', kind: 'magic' }, 400, 'kind'],
    [{ baseUrl: 'https://x.example.com', models: [] }, 400, 'models'],
    [{ baseUrl: 'https://x.example.com', weight: -1 }, 400, 'weight'],
    [{ baseUrl: 'https://x.example.com', timeouts: { connectMs: 1 } }, 400, 'timeouts.connectMs'],
    [{ baseUrl: 'https://x.example.com', apiKey: '' }, 400, 'apiKey'],
  ] as const) {
    const answer = await api('/api/admin/upstreams', { body });
    assert.equal(answer.status, status, JSON.stringify(body));
    assert.equal(answer.body.error.field, field, JSON.stringify(answer.body));
  }
  const put = { method: 'PUT', body: { baseUrl: 'nonsense' } };
  assert.equal((await api('/api/admin/upstreams/taken', put)).body.error.field, 'baseUrl');
  assert.equal((await api('/api/admin/upstreams/nothing', { method: 'DELETE' })).status, 404);
});

test('what the environment or the config file sets is not removed here', async (t) => {
  const { api } = await office(t, { env: { OPENAI_API_KEY: SECRET } });
  const put = (body: unknown) => api('/api/admin/upstreams/openai', { method: 'PUT', body });
  assert.equal((await put({ apiKey: 'other' })).body.error.field, 'apiKey');
  assert.equal((await put({ baseUrl: 'https://x.example.com' })).body.error.field, 'baseUrl');
  assert.equal((await put({ enabled: false })).body.enabled, false);
  assert.equal((await api('/api/admin/upstreams/openai', { method: 'DELETE' })).body.error.code, 'upstream_locked');
});

test('the test of an upstream tells its models, or what is wrong', async (t) => {
  const { api, context } = await office(t);
  const seen: (string | undefined)[] = [];
  const url = await serve(t, (request, response) => {
    seen.push(request.headers.authorization);
    const answers: Record<string, () => void> = {
      '/v1/models': () => response.end(JSON.stringify({ data: [{ id: 'gpt-4o' }, { id: 'o3' }] })),
      '/gemini/models': () => response.end(JSON.stringify({ models: [{ name: 'models/gemini-pro' }] })),
      '/locked/models': () => response.writeHead(401).end('{}'),
      '/elsewhere/models': () => response.writeHead(302, { location: 'https://example.com' }).end(),
      '/busy/models': () => response.writeHead(429).end(),
      '/broken/models': () => response.writeHead(500).end('<html>'),
      '/page/models': () => response.end('<html>hello</html>'),
      '/list/models': () => response.end('[1,2]'),
      '/reset/models': () => response.destroy(),
      '/slow/models': () => undefined,
    };
    const answer = answers[(request.url ?? '').split('?')[0] ?? ''];
    if (answer) answer();
    else response.writeHead(404).end();
  });
  const check = async (baseUrl: string, more: Record<string, unknown> = {}) => {
    const { id } = (await api('/api/admin/upstreams', { body: { baseUrl, ...more } })).body;
    return (await api(`/api/admin/upstreams/${id}/test`, { method: 'POST' })).body;
  };
  const good = await check(`${url}/v1`, { apiKey: SECRET });
  assert.deepEqual([good.ok, good.statusCode, good.models, good.problem], [true, 200, ['gpt-4o', 'o3'], null]);
  assert.deepEqual(seen, [`Bearer ${SECRET}`]);
  assert.deepEqual((await check(`${url}/gemini`, { kind: 'gemini', apiKey: SECRET })).models, ['gemini-pro']);
  assert.equal((await check(url, { kind: 'demo' })).ok, true);
  for (const [path, code, more] of [
    ['/locked', 'key_refused', { apiKey: SECRET }],
    ['/locked', 'key_missing', {}],
    ['/nowhere', 'not_found', {}],
    ['/elsewhere', 'redirected', {}],
    ['/busy', 'rate_limited', {}],
    ['/broken', 'upstream_error', {}],
    ['/page', 'not_an_api', {}],
    ['/list', 'not_an_api', {}],
    ['/reset', 'broken_off', {}],
  ] as const) {
    const answer = await check(url + path, more);
    assert.equal(answer.ok, false, path);
    assert.equal(answer.problem.code, code, path);
    assert.ok(!JSON.stringify(answer).includes(SECRET));
  }
  assert.equal((await check(`http://127.0.0.1:${await freePort()}`)).problem.code, 'refused');
  assert.equal((await check('http://no-such-host.invalid')).problem.code, 'unknown_host');
  assert.equal((await check(url.replace('http:', 'https:'))).problem.code, 'tls');
  assert.equal((await api('/api/admin/upstreams/nothing/test', { method: 'POST' })).status, 404);

  const { upstreams } = context.db.tables;
  const [row] = await context.db.select().from(upstreams).limit(1);
  assert.ok(row);
  const slow = await testUpstream(context, { ...row, kind: 'openai', baseUrl: `${url}/slow`, apiKey: null }, 50);
  assert.equal(slow.problem?.code, 'timeout');
});
