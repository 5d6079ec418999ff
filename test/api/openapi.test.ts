import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validate } from '@scalar/openapi-parser';
import { build } from '../support/build.ts';
import { apiApp } from './api-app.ts';

interface Operation {
  summary?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: { name: string; in: string }[];
  responses: Record<string, unknown>;
  'x-access'?: string;
}

interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

test('the description has every route, with what it needs and answers', async (t) => {
  const { context } = await build(t);
  const { app, routes } = await apiApp(t, context);
  const answer = await app.inject('/api/openapi.json');
  assert.match(String(answer.headers['content-type']), /^application\/json/);
  const document: OpenApi = answer.json();
  assert.match(document.openapi, /^3\.1\./);

  const described = routes.filter(({ hidden }) => !hidden);
  assert.ok(described.length > 25);
  for (const { method, url, access } of described) {
    const path = url.replace(/:(\w+)/g, '{$1}');
    const operation = document.paths[path]?.[method.toLowerCase()];
    const route = `${method} ${url}`;
    assert.ok(operation, `${route} is missing`);
    assert.ok(operation.summary, `${route} has no summary`);
    assert.equal(operation.tags?.length, 1, `${route} has no tag`);
    const good = Object.keys(operation.responses).filter((status) => status.startsWith('2'));
    assert.ok(good.length > 0, `${route} does not say what it answers`);
    const { default: refusal, ...answers } = operation.responses;
    assert.ok(refusal, `${route} does not say how it refuses`);
    assert.notDeepEqual(answers, { 200: { description: 'Default Response' } }, `${route} has no response schema`);
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    const declared = (operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'path')
      .map(({ name }) => name);
    assert.deepEqual(declared.sort(), named, `${route} does not declare its path`);
    assert.equal(operation.security !== undefined, access !== 'public', `${route} is wrong about signing in`);
  }
  const operations = Object.values(document.paths).flatMap((path) => Object.keys(path));
  assert.equal(operations.length, described.length, 'and nothing else');
});

test('whoever asks first for the description holds up no stream: each route is described in a turn of its own', async (t) => {
  const { context } = await build(t);
  const { app, routes } = await apiApp(t, context);
  let turns = 0;
  let counting = true;
  const count = () => {
    turns += 1;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  const [first, second] = await Promise.all([app.inject('/api/openapi.json'), app.inject('/api/openapi.json')]);
  counting = false;
  assert.ok(turns >= routes.length, `${turns} turns for ${routes.length} routes`);
  assert.equal(first.statusCode, 200);
  assert.equal(second.body, first.body, 'who asks meanwhile gets the same');
});

test('the description is valid OpenAPI 3.1', async (t) => {
  const { api } = await build(t);
  const { body } = await api('/api/openapi.json');
  const { valid, errors } = await validate(body);
  assert.deepEqual(errors, []);
  assert.equal(valid, true);
});

test('only pages and their files are left out of the description', async (t) => {
  const { context } = await build(t);
  const { routes } = await apiApp(t, context);
  const hidden = routes.filter((route) => route.hidden).map(({ url }) => url);
  assert.deepEqual(hidden.sort(), [
    '/',
    '/admin',
    '/admin/*',
    '/api/docs',
    '/api/docs/reference.js',
    '/portal',
    '/portal/*',
  ]);
});

test('the reference page loads nothing from elsewhere', async (t) => {
  const { api, url } = await build(t);
  const page = await api('/api/docs');
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
  assert.doesNotMatch(page.body, /https?:\/\//);
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /connect-src 'self'/);
  assert.match(policy, /font-src 'self' data:/);
  assert.doesNotMatch(policy, /https?:|script-src[^;]*unsafe/);
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
  assert.ok(nonce.length > 20);
  assert.ok(page.body.includes(`nonce="${nonce}"`));
  const again = await api('/api/docs');
  assert.notEqual(again.headers.get('content-security-policy'), policy, 'a nonce is used once');
  for (const [, source = ''] of page.body.matchAll(/src="([^"]+)"/g)) {
    const script = await fetch(new URL(source, url));
    assert.equal(script.status, 200, source);
    assert.match(script.headers.get('content-type') ?? '', /^text\/javascript/);
  }
  assert.match(page.body, /"withDefaultFonts": false/);
  assert.match(page.body, /"url": "\/api\/openapi\.json"/);
});
