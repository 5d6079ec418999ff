import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spendTokens } from '../accounts/account-kit.ts';
import { apiApp } from '../api/api-app.ts';
import { portal } from './portal-kit.ts';

/** What each route that names a thing is sent; the others take nothing of the caller's choice. */
const BODIES: Record<string, unknown> = {
  'PUT /api/me/keys/:id': { name: 'taken over' },
  'POST /api/me/requests/:id/reply': { message: 'from somebody else' },
  'POST /api/me/requests/:id/withdraw': {},
};

test('route by route: a user sees and does nothing of another user', async (t) => {
  const { context, person, ask, api } = await portal(t);
  const ana = await person('ana@example.com', { credits: 12_345 });
  const eve = await person('eve@example.com');
  const ticketId = await ask(ana, 500_000, 'the secret of Ana');
  await api(`/api/admin/requests/${ticketId}/ask`, { body: { message: 'which secret of Ana?' } });
  const usageId = await spendTokens(context, { userId: ana.id, tokens: 777, model: 'model-of-ana' });
  const { routes } = await apiApp(t, context);
  const own = routes.filter(({ access }) => access === 'user');
  assert.ok(own.length >= 15, 'the table must not be empty by accident');
  const before =
    JSON.stringify((await ana.call('/api/me/requests')).body) + JSON.stringify((await ana.call('/api/me/keys')).body);

  const secrets = [ana.id, ana.email, ticketId, usageId, ana.keyId, 'secret of Ana', 'model-of-ana', '12345'];
  for (const { method, url } of own) {
    const route = `${method} ${url}`;
    const path = url.replace(':id', url.includes('/keys/') ? ana.keyId : ticketId);
    const body = BODIES[route];
    if (url.includes(':id')) {
      if (method !== 'GET' && method !== 'DELETE') assert.ok(body !== undefined, `${route} has no body in this table`);
      const answer = await eve.call(path, { method, ...(body === undefined ? {} : { body }) });
      assert.ok(answer.status === 403 || answer.status === 404, `${route}: ${answer.status}`);
      for (const secret of secrets.filter((text) => text !== ticketId && text !== ana.keyId)) {
        assert.equal(JSON.stringify(answer.body).includes(secret), false, `${route} tells ${secret}`);
      }
      continue;
    }
    if (method !== 'GET') continue;
    for (const query of ['', `?user=${ana.id}&userId=${ana.id}&id=${ana.id}`, '?format=json']) {
      const answer = await eve.call(path + query);
      if (answer.status === 400) continue;
      const text = JSON.stringify(answer.body);
      for (const secret of secrets) assert.equal(text.includes(secret), false, `${route}${query} tells ${secret}`);
    }
  }
  const foreign = await eve.call('/api/support/contact', { body: { message: 'not mine', requestId: usageId } });
  assert.equal(foreign.status, 404);
  for (const body of [
    { amount: 5_000, justification: 'x', user: ana.id },
    { amount: 5_000, justification: 'x', userId: ana.id },
  ]) {
    assert.equal((await eve.call('/api/tokens/purchase', { body })).status, 400);
  }
  assert.equal((await eve.call('/api/me/preferences', { method: 'PUT', body: { id: ana.id } })).status, 400);
  const after =
    JSON.stringify((await ana.call('/api/me/requests')).body) + JSON.stringify((await ana.call('/api/me/keys')).body);
  assert.equal(after, before, 'nothing of Ana was changed');
});

test('route by route: users and operators are let in by their own doors only', async (t) => {
  const { context, person, ownerToken, clock } = await portal(t);
  const ana = await person('ana@example.com');
  const { app, routes } = await apiApp(t, context);
  for (const { method, url, access } of routes) {
    if (access === 'public' || access === 'signed-in' || access === 'monitor') continue;
    const call = async (token?: string) => {
      clock.advance(1_000);
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const answer = await app.inject({ method: method as 'GET', url: url.replace(/:\w+/g, 'x'), headers });
      return [answer.statusCode, answer.json().error?.code];
    };
    const route = `${method} ${url}`;
    if (access === 'user') {
      assert.deepEqual(await call(), [401, 'unauthenticated'], route);
      assert.deepEqual(await call('us-sol-forged'), [401, 'invalid_token'], route);
      assert.deepEqual(await call('pk-sol-forged'), [401, 'invalid_token'], route);
      assert.deepEqual(await call(ownerToken), [403, 'forbidden'], route);
    } else {
      assert.deepEqual(await call(ana.token), [403, 'forbidden'], route);
      assert.deepEqual(await call(ana.key), [403, 'forbidden'], route);
    }
  }
});
