import assert from 'node:assert/strict';
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import { test } from 'node:test';
import { build } from '../support/build.ts';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** fetch does not let a program choose the host header; this does. */
function call(url: string, path: string, options: RequestOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('only our own host names with our own port are served', async (t) => {
  const { url, ownerToken } = await build(t, { flags: { publicUrl: 'https://ia.example.com' } });
  const { port } = new URL(url);
  const status = async (host: string) => {
    const headers = { host, authorization: `Bearer ${ownerToken}` };
    return (await call(url, '/api/auth/me', { headers })).status;
  };
  for (const host of [
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    `LOCALHOST:${port}`,
    `[::1]:${port}`,
    'ia.example.com',
    'ia.example.com:443',
  ]) {
    assert.equal(await status(host), 200, host);
  }
  for (const host of [
    'evil.example.com',
    `evil.example.com:${port}`,
    `localhost.evil.example.com:${port}`,
    '127.0.0.1',
    'localhost:1',
    'ia.example.com:8080',
    `ia.example.com.evil.example.com`,
    `0.0.0.0:${port}`,
    `user@localhost:${port}`,
    `localhost:${port}/x`,
    'localhost:',
    '%',
  ]) {
    assert.equal(await status(host), 421, host);
  }
});

test('a rebound name gets neither pages, nor figures, nor an answer it could read', async (t) => {
  const { url } = await build(t);
  for (const path of ['/', '/admin/', '/api/openapi.json', '/health/detailed', '/metrics', '/api/unknown']) {
    const answer = await call(url, path, { headers: { host: 'rebound.example.com' } });
    assert.equal(answer.status, 421, path);
    assert.equal(JSON.parse(answer.body).error.code, 'host_not_allowed');
  }
  // Containers and load balancers ask for liveness under whatever name they have for us.
  const alive = await call(url, '/health', { headers: { host: 'host.docker.internal:5000' } });
  assert.equal(alive.status, 200);
});

test('pages of other origins are refused, programs and our own page are not', async (t) => {
  const { url, ownerToken } = await build(t, { flags: { publicUrl: 'https://ia.example.com' } });
  const { port } = new URL(url);
  const status = async (origin: string | undefined, method = 'GET') => {
    const headers = { authorization: `Bearer ${ownerToken}`, ...(origin === undefined ? {} : { origin }) };
    return (await call(url, '/api/auth/me', { headers, method })).status;
  };
  assert.equal(await status(undefined), 200);
  assert.equal(await status(url), 200);
  assert.equal(await status(`http://localhost:${port}`), 200);
  assert.equal(await status('https://ia.example.com'), 200);
  for (const origin of [
    'null',
    'https://evil.example.com',
    `http://evil.example.com:${port}`,
    'http://localhost:1',
    `https://localhost:${port}`,
    'http://ia.example.com',
    'file://',
    'garbage',
  ]) {
    assert.equal(await status(origin), 403, origin);
  }
  assert.equal(await status('https://evil.example.com', 'OPTIONS'), 403, 'there is no preflight to pass');
});

test('every answer carries the headers that keep browsers in line', async (t) => {
  const { url } = await build(t);
  for (const path of ['/health', '/api/auth/me', '/api/nothing', '/admin/']) {
    const { headers } = await call(url, path, {});
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.equal(headers['x-frame-options'], 'DENY', path);
    assert.equal(headers['referrer-policy'], 'no-referrer', path);
    assert.match(String(headers['content-security-policy']), /default-src 'none'/, path);
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, path);
    assert.equal(headers['strict-transport-security'], undefined, 'plain HTTP must not claim TLS');
    assert.equal(headers['access-control-allow-origin'], undefined, path);
    assert.equal(headers['x-powered-by'], undefined, path);
  }
});

test('behind TLS the answers ask for TLS from now on', async (t) => {
  const { url } = await build(t, { flags: { publicUrl: 'https://ia.example.com', trustedProxies: ['127.0.0.1'] } });
  const headers = { host: 'ia.example.com', 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' };
  const answer = await call(url, '/health', { headers });
  assert.match(String(answer.headers['strict-transport-security']), /^max-age=\d{8}/);
});

test('figures are open on this machine and take a token elsewhere', async (t) => {
  const { url, ownerToken } = await build(t, {
    flags: { publicUrl: 'https://ia.example.com', trustedProxies: ['127.0.0.1'], metricsToken: 'metrics-token-1' },
  });
  for (const path of ['/metrics', '/health/detailed']) {
    assert.equal((await call(url, path, {})).status, 200, 'here');
    const elsewhere = { 'x-forwarded-for': '192.0.2.1', host: 'ia.example.com' };
    assert.equal((await call(url, path, { headers: elsewhere })).status, 401);
    const withToken = (token: string) =>
      call(url, path, { headers: { ...elsewhere, authorization: `Bearer ${token}` } });
    assert.equal((await withToken('metrics-token-1')).status, 200);
    assert.equal((await withToken('metrics-token-2')).status, 401);
    assert.equal((await withToken(ownerToken)).status, 200);
  }
});

test('a proxy that nobody named does not make strangers local', async (t) => {
  const { url } = await build(t);
  for (const name of ['x-forwarded-for', 'forwarded']) {
    const answer = await call(url, '/metrics', { headers: { [name]: 'for=192.0.2.1' } });
    assert.equal(answer.status, 401, name);
  }
});
