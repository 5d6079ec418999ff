/** What the API really answers is what its description says, refusals and files included. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { office, spendTokens } from '../accounts/account-kit.ts';
import type { ApiInit } from '../support/build.ts';

type Schema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;

interface Operation {
  parameters?: { name: string; in: string }[];
  responses: Record<string, { content?: Record<string, { schema?: Schema & { $ref?: string } }> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** Whether a path of the description stands for a called one. */
function isOf(template: string, path: string): boolean {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
}

/** @returns the operation of a call; paths without parameters go first */
function operationOf({ paths }: Document, method: string, path: string): Operation {
  const templates = Object.keys(paths).sort((a, b) => a.split('{').length - b.split('{').length);
  const template = templates.find((one) => isOf(one, path) && paths[one]?.[method.toLowerCase()]);
  const operation = template === undefined ? undefined : paths[template]?.[method.toLowerCase()];
  assert.ok(operation, `${method} ${path} is not described`);
  return operation;
}

test('every answer of a walk through the API is as it is described', async (t) => {
  const { api, user, context, clock } = await office(t);
  const document: Document = (await api('/api/openapi.json')).body;
  const call = async (path: string, init: ApiInit = {}) => {
    clock.advance(1_000);
    const answer = await api(path, init);
    const method = init.method ?? (init.body === undefined ? 'GET' : 'POST');
    const where = `${method} ${path} ${answer.status}`;
    const operation = operationOf(document, method, path.split('?')[0] ?? path);
    const described = operation.responses[answer.status] ?? operation.responses.default;
    if (answer.status === 204) return answer;
    const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
    const content = described?.content?.[type];
    assert.ok(content, `${where} answers ${type}, not ${Object.keys(described?.content ?? {})}`);
    const shared = /^#\/components\/schemas\/(\w+)$/.exec(content.schema?.$ref ?? '')?.[1];
    const schema = z.fromJSONSchema(document.components.schemas[shared ?? ''] ?? content.schema ?? true);
    const { error } = schema.safeParse(answer.body);
    assert.equal(error, undefined, `${where}: ${error?.message} ${JSON.stringify(answer.body).slice(0, 500)}`);
    return answer;
  };

  const ana = await user('ana@example.com', { credits: 50 });
  await spendTokens(context, { userId: ana.id, tokens: 100 });
  await call('/api/admin/departments', { body: { id: 'sales', name: 'Sales' } });
  await call('/api/admin/keys', { body: { kind: 'personal', name: 'laptop', userId: ana.id } });
  const keyed = { 'idempotency-key': 'k1' };
  await call(`/api/admin/users/${ana.id}/tokens`, { headers: keyed, body: { amount: 5, reason: 'x' } });
  await call(`/api/admin/users/${ana.id}/suspend`, { body: { reason: 'x' } });
  await call(`/api/admin/users/${ana.id}/activate`, { method: 'POST' });
  const bulk = { ids: [ana.id, 'usr_nobody'], action: { kind: 'plan', plan: 'pro' }, reason: 'x' };
  await call('/api/admin/users/bulk', { body: { ...bulk, preview: true } });
  const { undo } = (await call('/api/admin/users/bulk', { body: bulk })).body;
  await call('/api/admin/users/bulk/undo', { body: { steps: undo, undoes: bulk.action, reason: 'x' } });
  await call('/api/admin/users/import', { body: { csv: 'email,plan\nbob@example.com,golden', preview: true } });

  const lists = [
    ...['users', 'plans', 'departments', 'models', 'keys', 'upstreams', 'operators', 'tokens', 'audit', 'outbox'],
    ...['jobs', 'backups', 'usage', 'ledger', 'refusals', 'alerts', 'requests', 'settings', 'stats', 'display'],
  ];
  for (const list of lists) await call(`/api/admin/${list}`);
  for (const part of ['', '/profile', '/stats', '/usage', '/ledger', '/export'])
    await call(`/api/admin/users/${ana.id}${part}`);
  for (const groupBy of ['user', 'department', 'model', 'day', 'month'])
    await call(`/api/admin/reports/usage?groupBy=${groupBy}&compare=previous`);
  for (const format of ['csv', 'json']) await call(`/api/admin/audit/export?format=${format}`);
  for (const format of ['csv', 'xlsx', 'pdf'])
    await call('/api/admin/reports/export', { body: { type: 'users', format } });

  // Refusals of every kind.
  await call('/api/admin/users/usr_nobody');
  await call('/api/admin/users?sort=nothing');
  await call('/api/admin/users', { body: { email: 'ana@example.com' } });
  await call('/api/admin/users', { body: '{', headers: { 'content-type': 'application/json' } });
  await call('/api/admin/users', { headers: { authorization: 'Bearer nonsense' } });
  await call(`/api/admin/users/${ana.id}/tokens`, { headers: keyed, body: { amount: 6, reason: 'x' } });
  await call(`/api/admin/users/${ana.id}`, { method: 'DELETE' });
});

test('routes that take an Idempotency-Key say so, and no others do', async (t) => {
  const { api } = await office(t);
  const document: Document = (await api('/api/openapi.json')).body;
  const takesKey = (method: string, path: string) =>
    (operationOf(document, method, path).parameters ?? []).some(
      (parameter) => parameter.in === 'header' && parameter.name === 'Idempotency-Key',
    );
  for (const [method, path] of [
    ['POST', '/api/admin/users'],
    ['PUT', '/api/admin/users/x'],
    ['POST', '/api/admin/users/x/tokens'],
    ['POST', '/api/admin/users/bulk'],
    ['POST', '/api/admin/users/bulk/undo'],
    ['POST', '/api/admin/users/import'],
    ['POST', '/api/admin/requests/x/approve'],
    ['POST', '/api/tokens/purchase'],
    ['POST', '/v1/admin/users/x/add-tokens'],
  ] as const)
    assert.ok(takesKey(method, path), path);
  assert.ok(!takesKey('GET', '/api/admin/users') && !takesKey('DELETE', '/api/admin/users/x'));
});
