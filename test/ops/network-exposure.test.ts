import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopback, isMeteredRoute, isWildcard } from '../../gateway/ops/network-exposure.ts';

test('loopback is what no other machine can reach', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'localhost', 'LOCALHOST', 'a.localhost'])
    assert.ok(isLoopback(host), host);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.com', 'localhost.example.com', '', '128.0.0.1']) {
    assert.equal(isLoopback(host), false, host);
  }
  assert.ok(isWildcard('0.0.0.0') && isWildcard('::') && !isWildcard('127.0.0.1'));
});

test('only metered routes and liveness may be served to the network', () => {
  for (const route of [
    '/v1/chat/completions',
    '/v1/models',
    '/v1/*',
    '/v1/health',
    '/v1beta/models/:id',
    '/openai/*',
    '/health',
  ]) {
    assert.ok(isMeteredRoute(route), route);
  }
  for (const route of [
    '/',
    '/api/auth/login',
    '/admin/',
    '/v1/admin/users',
    '/v1/admin/users/:id/add-tokens',
    '/v1/admin',
    '/v10/x',
    '/metrics',
    '/health/detailed',
    '/healthy',
  ]) {
    assert.equal(isMeteredRoute(route), false, route);
  }
});
