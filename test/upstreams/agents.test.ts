/** What a lost connection tells: whether it had served before. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createAgents, lostKeptConnection } from '../../gateway/upstreams/agents.ts';
import { temporaryDir } from '../support/build.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

function certificate(t: TestContext): { cert: string; key: string } {
  const dir = temporaryDir(t);
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=house', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  assert.equal(made.status, 0, made.stderr.toString());
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

for (const scheme of ['http', 'https'] as const) {
  test(`a lost connection had served before or had not, by ${scheme}`, {
    skip: scheme === 'https' && !hasOpenssl,
  }, async (t) => {
    const listener: RequestListener = ({ url, socket }, response) => {
      if (url === '/reset') socket.resetAndDestroy();
      else if (url === '/close') socket.destroy();
      else response.end('well');
    };
    const secret = scheme === 'https' ? certificate(t) : null;
    const server = secret ? createTlsServer(secret, listener) : createServer(listener);
    let connections = 0;
    server.on(secret ? 'secureConnection' : 'connection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const agents = createAgents();
    t.after(async () => {
      await agents.close();
      server.closeAllConnections();
      server.close();
    });
    const reach = { connectMs: 10_000, caCertificate: secret?.cert ?? null };
    const origin = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ask = async (path: string, way: 'of' | 'fresh' = 'of') => {
      const { body } = await agents[way](reach).request({ origin, path, method: 'POST', body: 'x' });
      const text = await body.text();
      // Its connection is put back behind the end of the answer.
      await new Promise(setImmediate);
      return text;
    };
    const lost = (path: string, way?: 'of' | 'fresh') => ask(path, way).then(assert.fail, lostKeptConnection);

    assert.equal(await lost('/close'), false, 'the first of all');
    // What lies below TLS cannot be reset from here.
    for (const path of secret ? ['/close'] : ['/reset', '/close']) {
      await ask('/');
      const before = connections;
      assert.equal(await lost(path), true, `${path}: a kept one`);
      assert.equal(connections, before, 'it was kept');
      await ask('/');
      assert.equal(await lost(path, 'fresh'), false, `${path}: fresh although one is kept`);
    }
  });
}

test('a call that failed in another way lost no kept connection', () => {
  for (const code of ['ECONNREFUSED', 'UND_ERR_HEADERS_TIMEOUT', 'ECONNRESET']) {
    assert.equal(lostKeptConnection(Object.assign(new Error('x'), { code })), false);
  }
  assert.equal(lostKeptConnection(null), false);
});
