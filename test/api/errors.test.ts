import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayContext } from '../../gateway/context.ts';
import type { Database } from '../../gateway/db/database.ts';
import { DatabaseUnavailableError } from '../../gateway/db/errors.ts';
import { build } from '../support/build.ts';
import { apiApp } from './api-app.ts';

/** The context with a database that answers sign-in checks, and then fails. */
function failing(context: GatewayContext, error: Error): GatewayContext {
  const { db } = context;
  let selects = 0;
  const broken: Pick<Database, 'select'> = {
    select: ((...columns: Parameters<Database['select']>) => {
      selects += 1;
      if (selects > 1) throw error;
      return db.select(...columns);
    }) as Database['select'],
  };
  return { ...context, db: { ...db, ...broken } };
}

test('an unexpected failure is told to the log, not to the client', async (t) => {
  const { context, ownerToken } = await build(t);
  const secret = 'SELECT password_hash FROM operators at /srv/gateway/x.ts:12';
  const { app } = await apiApp(t, failing(context, new Error(secret)));
  const headers = { authorization: `Bearer ${ownerToken}` };
  const answer = await app.inject({ url: '/api/admin/operators', headers });
  assert.equal(answer.statusCode, 500);
  assert.equal(answer.json().error.code, 'internal_error');
  assert.doesNotMatch(answer.body, /SELECT|password|srv|\.ts|at /);
  assert.deepEqual(Object.keys(answer.json()), ['error']);
});

test('a database that cannot be used is a 503 with a time to come back', async (t) => {
  const { context, ownerToken } = await build(t);
  const { app } = await apiApp(t, failing(context, new DatabaseUnavailableError('SQLITE_FULL')));
  const headers = { authorization: `Bearer ${ownerToken}` };
  const answer = await app.inject({ url: '/api/admin/operators', headers });
  assert.deepEqual([answer.statusCode, answer.json().error.code], [503, 'database_unavailable']);
  assert.equal(answer.headers['retry-after'], '5');
  assert.doesNotMatch(answer.body, /SQLITE/);
});

test('bodies that cannot be read get a 4xx with a sentence', async (t) => {
  const { api } = await build(t);
  const post = (body: string, headers: Record<string, string>) => api('/api/auth/login', { body, headers });
  const json = { 'content-type': 'application/json' };
  for (const [body, headers, status, code] of [
    ['{', json, 400, 'invalid_request'],
    ['', json, 400, 'invalid_request'],
    ['null', json, 400, 'invalid_input'],
    ['{"__proto__":{"a":1}}', json, 400, 'invalid_request'],
    ['<a/>', { 'content-type': 'application/xml' }, 415, 'unsupported_media_type'],
    ['a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
  ] as const) {
    const answer = await post(body, headers);
    assert.deepEqual([answer.status, answer.body.error?.code], [status, code], body);
    assert.ok(answer.body.error.message.length > 10);
  }
});

test('unknown paths and methods are JSON, and do not echo the query', async (t) => {
  const { api } = await build(t);
  for (const [method, path] of [
    ['GET', '/api/nothing?token=secret-in-a-url'],
    ['PATCH', '/api/auth/me'],
    ['GET', '/nothing'],
    ['GET', '/api/..%2f..%2fetc/passwd'],
  ] as const) {
    const answer = await api(path, { method });
    assert.deepEqual([answer.status, answer.body.error.code], [404, 'not_found'], path);
    assert.doesNotMatch(JSON.stringify(answer.body), /secret-in-a-url/);
  }
});

test('a refused input is told as what it must be, behind the name of its field', async (t) => {
  const { api } = await build(t);
  const refusal = async (path: string, body?: object) => {
    const answer = await api(path, { body });
    assert.deepEqual([answer.status, answer.body.error.code], [400, 'invalid_input'], path);
    return answer.body.error.message;
  };
  const users = '/api/admin/users';
  const move = `${users}/usr_none/tokens`;
  for (const [path, body, message] of [
    [`${users}?limit=0`, undefined, 'limit: must be at least 1'],
    [`${users}?limit=many`, undefined, 'limit: must be a number'],
    [move, { amount: 5 }, 'reason: is needed'],
    [move, { amount: 5, reason: '' }, 'reason: is needed'],
    [move, { amount: 1.5, reason: 'r' }, 'amount: must be a whole number'],
    [move, { amount: '5', reason: 'r' }, 'amount: must be a number'],
    [move, { amount: 0, reason: 'r' }, 'amount: must not be 0'],
    [move, { amount: 1e30, reason: 'r' }, 'amount: must be at most 9007199254740991'],
    [move, { amount: 5, reason: 7 }, 'reason: must be text'],
    [
      move,
      { amount: 5, reason: 'r', kind: 'gift' },
      'kind: must be one of grant, purchase, bonus, compensation, adjustment',
    ],
  ] as const)
    assert.equal(await refusal(path, body), message);
});
