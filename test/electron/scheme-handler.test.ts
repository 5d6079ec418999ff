import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { createPageSession } from '../../electron/main/page-session.ts';
import { createSchemeHandler } from '../../electron/main/scheme-handler.ts';

/** A folder of built pages, with a secret beside it that no address may reach. */
function pagesFolder(t: TestContext): string {
  const parent = mkdtempSync(join(tmpdir(), 'solaris-pages-'));
  t.after(() => rmSync(parent, { recursive: true }));
  writeFileSync(join(parent, 'secret.js'), 'secret');
  const pages = mkdtempSync(join(parent, 'pages-'));
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(pages, 'app.js'), 'app();');
  writeFileSync(join(pages, 'notes.txt'), 'not for pages');
  return pages;
}

/** A stand-in for the gateway that keeps what it was asked. */
async function startGateway(t: TestContext): Promise<{ origin: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server: Server = createServer(async (request, response) => {
    asked.push(request);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    response.setHeader('content-type', 'text/plain');
    response.end(`${request.method} ${request.url} ${Buffer.concat(chunks).toString()}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const noSession = () => createPageSession(() => Promise.reject(new Error('nobody')));

function handlerFor(pages: string, gateway: string | null): (address: string, init?: RequestInit) => Promise<Response> {
  const handle = createSchemeHandler({ pages, gateway: () => gateway, session: noSession(), fetch });
  return (address, init) => handle(new Request(address, init));
}

describe('app://console', () => {
  test('serves the pages with their type and a policy that allows nothing foreign', async (t) => {
    const get = handlerFor(pagesFolder(t), null);
    const script = await get('app://console/admin/app.js');
    assert.equal(script.status, 200);
    assert.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.equal(await script.text(), 'app();');
    const policy = script.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /connect-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|http|\*/);
    assert.equal(script.headers.get('x-content-type-options'), 'nosniff');
  });

  test('leads every screen to the one page', async (t) => {
    const get = handlerFor(pagesFolder(t), null);
    for (const path of ['', 'users', 'users?search=ana', 'settings/mail']) {
      const page = await get(`app://console/admin/${path}`);
      assert.equal(page.status, 200, path);
      assert.match(await page.text(), /<title>page/);
    }
  });

  test('never leaves the folder of the pages', async (t) => {
    const get = handlerFor(pagesFolder(t), null);
    const escapes = [
      '../secret.js',
      '..%2fsecret.js',
      '%2e%2e/secret.js',
      '..%5csecret.js',
      '%00.js',
      '%zz.js',
      'a/../../secret.js',
    ];
    for (const path of escapes) {
      const answer = await get(`app://console/admin/${path}`);
      assert.equal(answer.status, 404, path);
      assert.doesNotMatch(await answer.text(), /secret/);
    }
  });

  test('serves no kind of file that pages do not use, no other host and no other method', async (t) => {
    const get = handlerFor(pagesFolder(t), null);
    assert.equal((await get('app://console/admin/notes.txt')).status, 404);
    assert.equal((await get('app://console/app.js')).status, 404);
    assert.equal((await get('app://elsewhere/admin/app.js')).status, 404);
    assert.equal((await get('app://console/admin/app.js', { method: 'POST' })).status, 405);
  });

  test('hands the API to the gateway, method, query and body included', async (t) => {
    const gateway = await startGateway(t);
    const get = handlerFor(pagesFolder(t), gateway.origin);
    const answer = await get('app://console/api/admin/users?limit=5', {
      method: 'POST',
      body: 'hello',
      headers: { origin: 'app://console', authorization: 'Bearer abc' },
    });
    assert.equal(await answer.text(), 'POST /api/admin/users?limit=5 hello');
    const [asked] = gateway.asked;
    assert.equal(asked?.headers.authorization, 'Bearer abc');
    assert.equal(asked?.headers.host, new URL(gateway.origin).host);
    assert.notEqual(asked?.headers.origin, 'app://console');
  });

  test('hands nothing but the API and health to the gateway', async (t) => {
    const gateway = await startGateway(t);
    const get = handlerFor(pagesFolder(t), gateway.origin);
    assert.equal((await get('app://console/health')).status, 200);
    assert.equal((await get('app://console/health/detailed')).status, 200);
    for (const path of ['v1/models', 'metrics', 'healthy', 'portal/', 'apix']) {
      assert.equal((await get(`app://console/${path}`)).status, 404, path);
    }
    assert.equal(gateway.asked.length, 2);
  });

  test('answers 503 with a sentence while the gateway is not there', async (t) => {
    const gone = await startGateway(t);
    const pages = pagesFolder(t);
    for (const origin of [null, gone.origin.replace(/\d+$/, '1')]) {
      const answer = await handlerFor(pages, origin)('app://console/api/auth/me');
      assert.equal(answer.status, 503);
      assert.equal(((await answer.json()) as { error: { code: string } }).error.code, 'gateway_unreachable');
    }
  });
});
