/** Upstreams behind an authority of the house: trusted where it is named, and nowhere else. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { office } from '../accounts/account-kit.ts';
import { temporaryDir } from '../support/build.ts';
import { buildProxy, chat } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** An upstream with a certificate that no public authority signed. */
async function servePrivately(t: TestContext): Promise<{ baseUrl: string; certificate: string; asked: () => number }> {
  const dir = temporaryDir(t);
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=house', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  assert.equal(made.status, 0, made.stderr.toString());
  const certificate = readFileSync(cert, 'utf8');
  let asked = 0;
  const server = createServer({ cert: certificate, key: readFileSync(key) }, (_request, response) => {
    asked += 1;
    response.end('{"data":[{"id":"house-model"}]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, certificate, asked: () => asked };
}

test('an authority of the house is trusted by the upstream that names it only', { skip: !hasOpenssl }, async (t) => {
  const { baseUrl, certificate } = await servePrivately(t);
  const { api } = await office(t);
  const check = async (id: string, caCertificate: string | null) => {
    const made = await api('/api/admin/upstreams', { body: { id, baseUrl, caCertificate } });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.equal(made.body.caCertificate, caCertificate);
    return (await api(`/api/admin/upstreams/${id}/test`, { method: 'POST' })).body;
  };
  const trusted = await check('trusted', certificate.trim());
  assert.deepEqual([trusted.ok, trusted.models], [true, ['house-model']]);
  assert.equal((await check('unknown', null)).problem.code, 'tls');
  const put = { method: 'PUT', body: { caCertificate: null } };
  assert.equal((await api('/api/admin/upstreams/trusted', put)).body.caCertificate, null);
  assert.equal((await api('/api/admin/upstreams/trusted/test', { method: 'POST' })).body.problem.code, 'tls');
});

test('a request to whom nobody vouches for is not sent: an error in the client’s shape, and free', {
  skip: !hasOpenssl,
}, async (t) => {
  const { baseUrl, certificate, asked } = await servePrivately(t);
  const upstream = { id: 'house', kind: 'openai', baseUrl, apiKey: 'sk-house-0000', models: ['*'] };
  const kit = await buildProxy(t, { config: { upstreams: [upstream] } });
  for (const stream of [false, true]) {
    const answer = await kit.ask(chat({ stream }));
    assert.deepEqual([answer.status, errorIn(answer).code], [502, 'upstream_certificate']);
  }
  assert.equal(asked(), 0);
  const records = await kit.settled();
  assert.deepEqual(
    records.map(({ outcome, chargedTokens }) => [outcome, chargedTokens]),
    [
      ['upstream_error', 0],
      ['upstream_error', 0],
    ],
  );
  const put = { method: 'PUT', body: { caCertificate: certificate } };
  assert.equal((await kit.api('/api/admin/upstreams/house', put)).status, 200);
  await kit.ask();
  assert.equal(asked(), 1, 'once it is named, it is');
});

test('what is no certificate is refused', async (t) => {
  const { api } = await office(t);
  const broken = '-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----';
  for (const caCertificate of ['nonsense', broken]) {
    const body = { baseUrl: 'https://x.example.com/v1', caCertificate };
    const answer = await api('/api/admin/upstreams', { body });
    assert.deepEqual([answer.status, answer.body.error.field], [400, 'caCertificate']);
  }
});
