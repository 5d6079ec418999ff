/** Where a link to one row of a long list leads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRefusalWriter } from '../../gateway/reports/refusal-writer.ts';
import { office, spendTokens } from '../accounts/account-kit.ts';

test('a usage record, a refusal and an entry of the log are found by their ids as their lists show them', async (t) => {
  const { api, user, context, operator } = await office(t);
  const ana = await user('ana@example.com', { name: 'Ana' });
  await spendTokens(context, { userId: ana.id, tokens: 10 });
  const writer = createRefusalWriter(context);
  writer.record({
    userId: ana.id,
    keyId: 'key_1',
    code: 'insufficient_quota',
    statusCode: 429,
    model: 'gpt-4o',
    endpoint: '/v1/chat/completions',
    message: 'quota exceeded',
    ipAddress: '192.0.2.1',
  });
  await writer.close();
  for (const path of ['usage', 'refusals', 'audit']) {
    const { items } = (await api(`/api/admin/${path}`)).body;
    assert.ok(items.length > 0, path);
    const found = await api(`/api/admin/${path}/${items[0].id}`);
    assert.equal(found.status, 200, JSON.stringify(found.body));
    assert.deepEqual(found.body, items[0]);
    const missing = await api(`/api/admin/${path}/none`);
    assert.equal(missing.status, 404);
    assert.match(missing.body.error.code, /_not_found$/);
  }
  const viewer = await operator('viewer');
  const as = { headers: { authorization: `Bearer ${viewer.token}` } };
  const { items } = (await api('/api/admin/audit')).body;
  assert.equal((await api(`/api/admin/audit/${items[0].id}`, as)).status, 403, 'the log is not for everybody');
});
