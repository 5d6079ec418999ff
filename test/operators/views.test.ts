import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYSTEM } from '../../gateway/audit/audit-writer.ts';
import { deleteOperator } from '../../gateway/operators/service.ts';
import { build } from '../support/build.ts';
import { addOperator, browser, PASSWORD } from './people.ts';

const PATH = '/api/admin/views';

test('an operator keeps views of a list; others neither see nor remove them, and they go with the operator', async (t) => {
  const built = await build(t);
  const { api } = built;
  const operatorId = await addOperator(built.context, 'vera@example.com', 'viewer');
  const vera = browser(built);
  vera.token = (
    await vera.call('/api/auth/login', { body: { email: 'vera@example.com', password: PASSWORD } })
  ).body.token;
  const body = { list: 'users', name: ' Sales ', search: 'department=sales' };
  const view = (await vera.call(PATH, { body })).body;
  assert.deepEqual([view.name, view.search], ['Sales', 'department=sales']);
  const again = (await vera.call(PATH, { body: { ...body, search: 'department=sales&plan=pro' } })).body;
  assert.equal(again.id, view.id, 'one of the same name is replaced');
  assert.equal((await vera.call(`${PATH}?list=users`)).body.items[0].search, 'department=sales&plan=pro');

  assert.equal((await api(PATH)).body.total, 0, 'nobody else sees it');
  assert.equal((await api(`${PATH}/${view.id}`, { method: 'DELETE' })).status, 404);
  assert.equal((await vera.call(PATH, { body: { ...body, name: ' ' } })).body.error.field, 'name');

  await deleteOperator(built.context, SYSTEM, operatorId);
  const own = (await api(PATH, { body })).body;
  assert.equal((await api(`${PATH}/${own.id}`, { method: 'DELETE' })).status, 204);
  assert.equal((await api(PATH)).body.total, 0);
});
