/** What is shown before it is answered: it lies over whatever the gateway says meanwhile, and goes when it was refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient } from '@tanstack/react-query';
import { expectationsOf } from '../../renderer/console/api/expectations.ts';
import { type Expected, withExpected } from '../../renderer/console/api/expected.ts';

const user = (id: string, status: string) => ({ id, status });
const page = (...items: unknown[]) => ({ pages: [{ items, total: items.length }], pageParams: [null] });
const LIST = ['user', 'list', {}];
const blocked: Expected = { in: ['user'], id: 'ana', fields: { status: 'blocked' } };

function client() {
  const queryClient = new QueryClient({
    defaultOptions: { queries: { retry: false, gcTime: Number.POSITIVE_INFINITY } },
  });
  /** As the gateway answers, now. */
  const answer = (data: unknown, key: readonly unknown[] = LIST) =>
    queryClient.fetchQuery({ queryKey: key, queryFn: () => data, staleTime: 0 });
  return {
    queryClient,
    answer,
    shown: (key: readonly unknown[] = LIST) => queryClient.getQueryData(key),
    expect: (expected: Expected) => expectationsOf(queryClient).expect(expected),
  };
}

test('the fields that a thing has become what is expected, wherever it stands, and all else stays the same object', () => {
  const bob = user('bob', 'active');
  const data = { ...page(user('ana', 'active'), bob), ticket: { id: 't1', user: { id: 'ana', name: 'Ana' } } };
  const after = withExpected(data, blocked) as typeof data;
  assert.deepEqual(after.pages[0]?.items, [user('ana', 'blocked'), bob]);
  assert.equal(after.pages[0]?.items[1], bob);
  assert.equal(after.ticket, data.ticket, 'it has no status there, and gets none');
  assert.equal(withExpected(after, blocked), after, 'nothing changes any more');
  const setting = { items: [{ key: 'locale', value: 'en' }] };
  const told = { in: ['settings'], id: 'locale', fields: { value: 'pt-BR' } };
  assert.deepEqual(withExpected(setting, told), { items: [{ key: 'locale', value: 'pt-BR' }] });
  const gone = withExpected(page(user('ana', 'active'), bob), { ...blocked, fields: null });
  assert.deepEqual((gone as typeof data).pages[0]?.items, [bob]);
});

test('what is refused is seen again as the gateway said it last, not as it was before', async () => {
  const { answer, shown, expect, queryClient } = client();
  await answer(page(user('ana', 'active')));
  const held = expect(blocked);
  assert.deepEqual(shown(), page(user('ana', 'blocked')));
  let isSeenAgain = false;
  queryClient.getQueryCache().subscribe(() => {
    isSeenAgain ||= JSON.stringify(shown()).includes('pending');
  });
  await answer(page(user('ana', 'pending'), user('bob', 'active')));
  assert.deepEqual(shown(), page(user('ana', 'blocked'), user('bob', 'active')), 'news come, the expectation stays');
  assert.equal(isSeenAgain, false, 'not even for a moment');
  held.withdraw();
  assert.deepEqual(shown(), page(user('ana', 'pending'), user('bob', 'active')));
  await answer(page(user('ana', 'active')));
  assert.deepEqual(shown(), page(user('ana', 'active')), 'nothing of it is left');
});

test('what has come true stays until fresh figures are here, and does not hold against them', async () => {
  const { answer, shown, expect } = client();
  await answer(page(user('ana', 'active')));
  expect(blocked).fulfil();
  assert.deepEqual(shown(), page(user('ana', 'blocked')));
  await answer(page(user('ana', 'active')));
  assert.deepEqual(shown(), page(user('ana', 'active')), 'somebody else has unblocked her');
});

test('of two changes at once the one that is refused takes nothing from the other', async () => {
  const { answer, shown, expect } = client();
  await answer(page(user('ana', 'active'), user('bob', 'active')));
  const ana = expect(blocked);
  const bob = expect({ ...blocked, id: 'bob' });
  ana.withdraw();
  assert.deepEqual(shown(), page(user('ana', 'active'), user('bob', 'blocked')));
  bob.fulfil();
  assert.deepEqual(shown(), page(user('ana', 'active'), user('bob', 'blocked')));
});

test('figures that are stale stay stale, and other queries are left alone', async () => {
  const { answer, shown, expect, queryClient } = client();
  const other = ['tickets', 'list'];
  await answer(page(user('ana', 'active')));
  await answer(page(user('ana', 'open')), other);
  await queryClient.invalidateQueries({ queryKey: LIST, refetchType: 'none' });
  const held = expect(blocked);
  assert.equal(queryClient.getQueryState(LIST)?.isInvalidated, true);
  assert.deepEqual(shown(other), page(user('ana', 'open')));
  held.withdraw();
  assert.equal(queryClient.getQueryState(LIST)?.isInvalidated, true);
});
