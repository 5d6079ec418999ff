import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { build, temporaryDir } from '../support/build.ts';
import { cli } from '../support/cli.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

test('with a certificate the gateway speaks HTTPS only, and status still finds it', {
  skip: !hasOpenssl,
}, async (t) => {
  const dir = temporaryDir(t);
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=ia.example.com', '-addext', 'subjectAltName=DNS:ia.example.com', '-keyout', key, '-out', cert],
  ]);
  assert.equal(made.status, 0, made.stderr.toString());
  const { url, dataDir } = await build(t, {
    env: { TLS_CERT_FILE: cert, TLS_KEY_FILE: key, PUBLIC_URL: 'https://ia.example.com' },
  });
  assert.match(url, /^https:\/\/127\.0\.0\.1:/);
  const status = await new Promise((resolve, reject) => {
    const options = { ca: readFileSync(cert), servername: 'ia.example.com', headers: { host: 'ia.example.com' } };
    get(`${url}/health`, options, (response) => resolve(response.resume().statusCode)).on('error', reject);
  });
  assert.equal(status, 200);
  await assert.rejects(fetch(`${url.replace('https', 'http')}/health`));
  const asked = await cli(['status', '--data-dir', dataDir]);
  assert.equal(asked.code, 0, asked.out);
  assert.match(asked.out, /Address +https:/);
});
