import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { registerConsoleFiles } from '../../gateway/api/console-files.ts';
import { answerError, answerNotFound } from '../../gateway/api/errors.ts';
import { temporaryDir } from '../support/build.ts';

async function consoleApp(t: TestContext, files: Record<string, string> | null) {
  const outside = temporaryDir(t);
  writeFileSync(join(outside, 'secret.key'), 'outside');
  const folder = join(outside, 'renderer');
  for (const [name, content] of Object.entries(files ?? {})) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  await registerConsoleFiles(app.withTypeProvider(), files === null ? null : folder);
  t.after(() => app.close());
  return app;
}

const FILES = {
  'index.html': '<!doctype html><title>console</title>',
  'assets/index-abc123.js': 'console.log(1)',
  'icon.svg': '<svg/>',
};

test('the console is one page under all of its paths, with a strict policy', async (t) => {
  const app = await consoleApp(t, FILES);
  for (const url of ['/admin/', '/admin/users', '/admin/users/usr_1?tab=usage', '/admin/index.html']) {
    const answer = await app.inject(url);
    assert.equal(answer.statusCode, 200, url);
    assert.equal(answer.body, FILES['index.html'], url);
    assert.match(String(answer.headers['content-type']), /^text\/html/);
    assert.equal(answer.headers['cache-control'], 'no-cache');
    const policy = String(answer.headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w+/]{22}==';/);
    assert.doesNotMatch(policy, /unsafe|https?:/);
  }
  for (const url of ['/', '/admin']) {
    const answer = await app.inject(url);
    assert.deepEqual([answer.statusCode, answer.headers.location], [302, '/admin/'], url);
  }
});

test('every page has a nonce of its own, for the style elements that its scripts make', async (t) => {
  const app = await consoleApp(t, { ...FILES, 'index.html': '<meta name="style-nonce" content="STYLE-NONCE" />' });
  const seen = new Set<string>();
  for (let round = 0; round < 3; round++) {
    const answer = await app.inject('/admin/users');
    const nonce = /'nonce-([^']+)'/.exec(String(answer.headers['content-security-policy']))?.[1] ?? '';
    assert.equal(answer.body, `<meta name="style-nonce" content="${nonce}" />`);
    seen.add(nonce);
  }
  assert.equal(seen.size, 3);
});

test('hashed assets are kept for good, other files are asked for again', async (t) => {
  const app = await consoleApp(t, FILES);
  const script = await app.inject('/admin/assets/index-abc123.js');
  assert.equal(script.body, 'console.log(1)');
  assert.match(String(script.headers['content-type']), /javascript/);
  assert.match(String(script.headers['cache-control']), /immutable/);
  const icon = await app.inject('/admin/icon.svg');
  assert.deepEqual([icon.statusCode, icon.headers['cache-control']], [200, 'no-cache']);
});

test("files that are not there, or not the console's, are a 404", async (t) => {
  const app = await consoleApp(t, FILES);
  for (const url of [
    '/admin/assets/missing.js',
    '/admin/other.html',
    '/admin/../secret.key',
    '/admin/..%2fsecret.key',
    '/admin/%2e%2e/secret.key',
    '/admin/..%5csecret.key',
    '/admin/assets/..%2f..%2f..%2fsecret.key',
    '/admin/.env.x',
    '/admin/x%00.js',
  ]) {
    const answer = await app.inject(url);
    assert.ok([400, 403, 404].includes(answer.statusCode), `${url}: ${answer.statusCode}`);
    assert.doesNotMatch(answer.body, /outside/);
    assert.match(String(answer.headers['content-type']), /^application\/json/, url);
    assert.doesNotMatch(String(answer.headers['cache-control']), /immutable/, url);
  }
});

test('without a build a sentence says what to do', async (t) => {
  const app = await consoleApp(t, null);
  const answer = await app.inject('/admin/');
  assert.equal(answer.statusCode, 404);
  assert.match(answer.body, /npm run build/);
});
