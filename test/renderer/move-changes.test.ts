import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeFor, type MoveValues } from '../../renderer/console/users/move-changes.ts';
import { build } from '../support/build.ts';

const VALUES: MoveValues = {
  amount: '',
  kind: 'grant',
  limitMode: 'tokens',
  limit: '',
  plan: 'basic',
  department: '-',
  name: 'Ana Souza',
  email: 'ana@example.com',
  until: '',
  reason: '',
};

test('a name is changed without a reason, and with one it goes along', async (t) => {
  const { api } = await build(t);
  const { body: user } = await api('/api/admin/users', { body: { email: 'ana@example.com' } });
  for (const reason of ['', 'She married.']) {
    const words = ((name: string) => name) as never;
    const { path, call } = changeFor('edit', { ...VALUES, reason }, { user, ownLimit: 'inherit', t: words });
    const answer = await api(path, { method: 'PUT', body: call.body as object });
    assert.deepEqual([answer.status, answer.body.name], [200, 'Ana Souza'], JSON.stringify(answer.body));
    assert.equal('reason' in (call.body as object), reason !== '');
  }
});
