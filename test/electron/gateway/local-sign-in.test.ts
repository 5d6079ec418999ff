import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readServerFile, signInLocally } from '../../../electron/main/gateway/local-sign-in.ts';
import { loopbackFetch } from '../../../electron/main/gateway/loopback-fetch.ts';
import { build, temporaryDir } from '../../support/build.ts';
import { testClock } from '../../support/clock.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe('the owner of the machine', () => {
  test('is signed in by the secret in the data directory, which nobody sends', async (t) => {
    const built = await build(t, { engine: 'sqlite' });
    const sent: string[] = [];
    const watched: typeof fetch = (input, init) => {
      sent.push(String(init?.body));
      return fetch(input, init);
    };
    const session = await signInLocally(built.dataDir, watched);
    assert.equal(session.url, built.url);
    const me = await built.api('/api/auth/me', { headers: { authorization: `Bearer ${session.token}` } });
    assert.equal(me.body.role, 'owner');
    assert.match(session.cookie, /^solaris_refresh=ses_/);

    const file = join(built.dataDir, 'local.secret');
    const secret = readFileSync(file, 'utf8').trim();
    assert.match(secret, /^[0-9a-f]{64}$/);
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.ok(!sent.join().includes(secret));
    const audit = await built.api('/api/admin/audit?limit=5');
    assert.ok(audit.body.items.some(({ action }: { action: string }) => action === 'operator.desktop_session'));
    await built.gateway.stop();
    assert.ok(!existsSync(file));
  });

  test('is nobody who does not know it, comes late or comes twice', async (t) => {
    const clock = testClock();
    const built = await build(t, { engine: 'sqlite', clock });
    const answers: string[] = [];
    const post = (path: string, body: unknown) =>
      built.api(path, { method: 'POST', body, headers: { authorization: '' } });
    const recorded: typeof fetch = async (input, init) => {
      if (String(input).endsWith('/session')) answers.push(String(init?.body));
      return fetch(input, init);
    };
    await signInLocally(built.dataDir, recorded);
    const again = await post('/api/auth/local/session', JSON.parse(answers[0] ?? ''));
    assert.deepEqual([again.status, again.body.error.code], [401, 'invalid_proof']);

    const guess = await post('/api/auth/local/challenge', { nonce: '0'.repeat(64) });
    assert.equal(guess.status, 200);
    const wrong = await post('/api/auth/local/session', { nonce: guess.body.nonce, proof: guess.body.proof });
    assert.equal(wrong.body.error.code, 'invalid_proof', "the gateway's own proof is no answer");
    assert.equal((await post('/api/auth/local/challenge', { nonce: 'short' })).status, 400);

    const late: typeof fetch = async (input, init) => {
      if (String(input).endsWith('/session')) clock.advance(30_001);
      return fetch(input, init);
    };
    await assert.rejects(signInLocally(built.dataDir, late), /answered 401/);
  });

  test('is not fooled by another program at the port', async (t) => {
    const built = await build(t, { engine: 'sqlite' });
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      const body = { gatewayId: built.context.gatewayId, nonce: '1'.repeat(64), proof: '2'.repeat(64) };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const file = join(built.dataDir, 'server.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), url }));
    await assert.rejects(signInLocally(built.dataDir, fetch), /is not the gateway/);
    assert.equal(asked, 1, 'no answer is given to it');
  });

  test('is signed in over HTTPS too, where the certificate names the public host', { skip: !hasOpenssl }, async (t) => {
    const dir = temporaryDir(t);
    const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
    spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=ia.example.com', '-keyout', key, '-out', cert],
    ]);
    const env = { TLS_CERT_FILE: cert, TLS_KEY_FILE: key, PUBLIC_URL: 'https://ia.example.com' };
    const built = await build(t, { engine: 'sqlite', env });
    const { url, token } = await signInLocally(built.dataDir, loopbackFetch);
    assert.match(url, /^https:/);
    const me = await loopbackFetch(`${url}/api/auth/me`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(me.status, 200);
    await assert.rejects(signInLocally(built.dataDir, fetch), 'the usual rules stay for everybody else');
  });

  test('finds no gateway where the file is missing or damaged', async (t) => {
    const built = await build(t, { engine: 'sqlite' });
    writeFileSync(join(built.dataDir, 'server.json'), '{"pid":');
    assert.equal(await readServerFile(built.dataDir), null);
    await assert.rejects(signInLocally(built.dataDir, fetch), /No gateway/);
  });
});
