import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { enforceAccess } from '../../gateway/api/access.ts';
import type { Role } from '../../gateway/db/json-columns.ts';
import { createSessions } from '../../gateway/operators/sessions.ts';
import { createPortalSessions } from '../../gateway/portal/sessions.ts';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';
import { apiApp } from './api-app.ts';

const ROLES: readonly Role[] = ['viewer', 'approver', 'admin', 'owner'];

test('every route that is not public refuses strangers and each role that is too low', async (t) => {
  const clock = testClock();
  const { context, operator } = await build(t, { clock });
  const { app, routes } = await apiApp(t, context);
  const tokens = new Map<Role, string>();
  for (const role of ROLES) tokens.set(role, (await operator(role)).token);
  const guarded = routes.filter(({ access }) => !['public', 'monitor', 'user', 'signed-in'].includes(access ?? ''));
  assert.ok(guarded.length > 20, 'the table must not be empty by accident');

  for (const { method, url, access } of guarded) {
    const call = (authorization?: string) => {
      clock.advance(1_000);
      const headers = authorization === undefined ? {} : { authorization };
      return app.inject({ method: method as 'GET', url: url.replace(/:\w+/g, 'x').replace('*', 'x'), headers });
    };
    const route = `${method} ${url}`;
    const stranger = await call();
    assert.deepEqual([stranger.statusCode, stranger.json().error.code], [401, 'unauthenticated'], route);
    const forged = await call('Bearer ot-sol-forged');
    assert.deepEqual([forged.statusCode, forged.json().error.code], [401, 'invalid_token'], route);
    const needed = ROLES.indexOf(access as Role);
    assert.ok(needed >= 0, `${route} declares the unknown access ${access}`);
    for (const role of ROLES.slice(0, needed)) {
      const answer = await call(`Bearer ${tokens.get(role)}`);
      assert.deepEqual([answer.statusCode, answer.json().error.code], [403, 'forbidden'], `${route} as ${role}`);
    }
    // The live view never ends, and what changes things is tried where it is written.
    if (method !== 'GET' || url === '/api/events') continue;
    const answer = await call(`Bearer ${tokens.get(access as Role)}`);
    assert.ok(![401, 403].includes(answer.statusCode), `${route} as ${access}: ${answer.statusCode}`);
  }
});

test('changes are never public, but for signing in and out', async (t) => {
  const { context } = await build(t);
  const { routes } = await apiApp(t, context);
  const open = routes.filter(({ method, access }) => access === 'public' && method !== 'GET');
  assert.deepEqual(open.map(({ url }) => url).sort(), [
    // By a proof that only who reads the data directory can give.
    '/api/auth/local/challenge',
    '/api/auth/local/session',
    '/api/auth/login',
    '/api/auth/logout',
    '/api/auth/refresh',
    '/api/portal/enter',
    '/api/portal/link',
    '/api/portal/link/peek',
    '/api/portal/logout',
    '/api/portal/refresh',
  ]);
});

test('a route without access stops the start', async (t) => {
  const { context } = await build(t);
  const app = Fastify();
  enforceAccess(app.withTypeProvider(), context, createSessions(context), createPortalSessions(context));
  assert.throws(() => app.get('/api/forgotten', async () => 'open to all'), /does not declare config\.access/);
});

test('expired, revoked and disabled tokens are refused, and a token never has more than its operator', async (t) => {
  const clock = testClock();
  const { api, context, operator, gateway } = await build(t, { clock });
  const { db } = context;
  const { apiTokens, operators } = db.tables;
  const me = async (token: string) => {
    clock.advance(1_000);
    return api('/api/auth/me', { headers: { authorization: `Bearer ${token}` } });
  };
  const { eq } = await import('drizzle-orm');

  const admin = await operator('admin');
  assert.equal((await me(admin.token)).body.role, 'admin');
  await db.update(operators).set({ role: 'viewer' }).where(eq(operators.id, admin.id));
  assert.equal((await me(admin.token)).body.role, 'viewer');

  await db
    .update(apiTokens)
    .set({ expiresAt: clock.now() + 2_000 })
    .where(eq(apiTokens.operatorId, admin.id));
  assert.equal((await me(admin.token)).status, 200);
  assert.equal((await me(admin.token)).status, 401);

  const viewer = await operator('viewer');
  await db.update(apiTokens).set({ revokedAt: clock.now() }).where(eq(apiTokens.operatorId, viewer.id));
  assert.equal((await me(viewer.token)).status, 401);

  const approver = await operator('approver');
  await db.update(operators).set({ disabledAt: clock.now() }).where(eq(operators.id, approver.id));
  assert.equal((await me(approver.token)).status, 401);
  assert.ok(gateway);
});

test('a service key opens nothing of the API', async (t) => {
  const { api, serviceKey } = await build(t);
  const answer = await api('/api/admin/users', { headers: { authorization: `Bearer ${serviceKey}` } });
  assert.deepEqual([answer.status, answer.body.error.code], [401, 'invalid_token']);
});
