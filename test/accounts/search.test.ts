/** People are found and sorted by their names as people write them, on either engine alike. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillSearchTexts, searchTextOf } from '../../gateway/accounts/search-text.ts';
import type { GatewayContext } from '../../gateway/context.ts';
import { ANA, buildProxy } from '../support/proxy-kit.ts';
import { office } from './account-kit.ts';

async function outdated({ db }: GatewayContext) {
  const rows = await db.select().from(db.tables.users);
  return rows.filter((row) => row.searchText !== searchTextOf(row)).map(({ name, email }) => name || email);
}

test('a search finds names whatever the case, the accents and the way in which those are encoded', async (t) => {
  const { api, user } = await office(t);
  for (const [name, email] of [
    ['José Árvore', 'j.arvore@example.com'],
    ['Ângela Silva', 'angela@example.com'],
    ['Иван', 'ivan@example.com'],
    ['100% Sol_', 'sol@example.com'],
  ] as const)
    await user(email, { name });
  const found = async (search: string) => {
    const { items } = (await api(`/api/admin/users?search=${encodeURIComponent(search)}`)).body;
    return items.map(({ name }: { name: string }) => name);
  };
  for (const search of ['JOSÉ', 'jose', 'Jose\u0301', 'josé árv', 'ARVORE', 'J.ARVORE@'])
    assert.deepEqual(await found(search), ['José Árvore'], search);
  for (const search of ['ângela', 'ANGELA', 'ÂNGELA', 'angela s'])
    assert.deepEqual(await found(search), ['Ângela Silva']);
  assert.deepEqual(await found('ИВАН'), ['Иван']);
  assert.deepEqual(
    [await found('100%'), await found('l_'), await found('%')],
    [['100% Sol_'], ['100% Sol_'], ['100% Sol_']],
  );
  assert.deepEqual(await found('silvaangela'), [], 'name and address are two texts');
  const usage = await api(`/api/admin/alerts?search=${encodeURIComponent('JOSÉ')}`);
  assert.deepEqual([usage.status, usage.body.total], [200, 0]);
});

test('names are sorted without regard to case and accents, page by page', async (t) => {
  const { api, user } = await office(t);
  const names = ['Zuleica', 'alba', 'Élio', 'Ângela', 'eva', 'Angelo', 'álvaro', 'D´Ávila', 'De Sá'];
  for (const [at, name] of names.entries()) await user(`u${at}@example.com`, { name });
  for (const direction of ['', '-']) {
    const sorted: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await api(`/api/admin/users?sort=${direction}name&limit=2${cursor && `&cursor=${cursor}`}`);
      sorted.push(...body.items.map(({ name }: { name: string }) => name));
      cursor = body.nextCursor;
    }
    const wanted = ['alba', 'álvaro', 'Ângela', 'Angelo', 'De Sá', 'D´Ávila', 'Élio', 'eva', 'Zuleica'];
    assert.deepEqual(sorted, direction === '' ? wanted : wanted.toReversed());
  }
});

test('plans, departments and what else has a name are found without accents, too', async (t) => {
  const { api } = await office(t);
  await api('/api/admin/departments', { body: { id: 'd1', name: 'Educação' } });
  await api('/api/admin/plans', { body: { id: 'p1', name: 'AVANÇADO' } });
  for (const search of ['EDUCAÇÃO', 'educacao', 'Educação'])
    assert.equal((await api(`/api/admin/departments?search=${encodeURIComponent(search)}`)).body.total, 1, search);
  for (const search of ['avançado', 'Avancado'])
    assert.equal((await api(`/api/admin/plans?search=${encodeURIComponent(search)}`)).body.total, 1, search);
});

test('whoever writes a name or an address writes what they are found by', async (t) => {
  const kit = await buildProxy(t, {
    config: { users: [{ email: ANA, name: 'Ána' }], policy: { provisioning: 'open' } },
  });
  const { api, context } = kit;
  assert.deepEqual(await outdated(context), []);
  const made = await api('/api/admin/users', { body: { email: 'eva@example.com', name: 'Éva' } });
  await api(`/api/admin/users/${made.body.id}`, { method: 'PUT', body: { name: 'Évora' } });
  await api(`/api/admin/users/${made.body.id}`, { method: 'PUT', body: { email: 'evora@example.com' } });
  await api('/api/admin/users/import', { body: { csv: 'email,name\nivo@example.com,Ívo', reason: 'x' } });
  const stranger = await kit.ask(undefined, { headers: { 'x-user-email': 'novo@example.com', 'x-user-name': 'Nôvo' } });
  assert.equal(stranger.status, 200);
  assert.equal((await api('/api/admin/users?search=novo')).body.total, 1);
  assert.deepEqual(await outdated(context), []);
  await api(`/api/admin/users/${made.body.id}`, { method: 'DELETE' });
  assert.deepEqual(await outdated(context), []);
  const gone = (await api('/api/admin/users?status=deleted&search=evora')).body;
  assert.equal(gone.total, 0, 'the erased are found by nothing');
});

test('people of an older version are found after the start', async (t) => {
  const { api, user, context } = await office(t);
  await user('jose@example.com', { name: 'José' });
  const { users } = context.db.tables;
  await context.db.update(users).set({ searchText: '' });
  assert.equal((await api('/api/admin/users?search=jose')).body.total, 0);
  await fillSearchTexts(context.db);
  assert.equal((await api('/api/admin/users?search=jose')).body.total, 1);
  assert.deepEqual(await outdated(context), []);
});
