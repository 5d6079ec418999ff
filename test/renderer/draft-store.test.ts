import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedFields, createDraftStore } from '../../renderer/shared/drafts/draft-store.ts';

function storage(mostLength = Number.POSITIVE_INFINITY) {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (name: string) => kept.get(name) ?? null,
    setItem(name: string, value: string) {
      if (value.length > mostLength) throw new DOMException('full', 'QuotaExceededError');
      kept.set(name, value);
    },
  };
}

const DAY_MS = 86_400_000;

test('a draft is given back to whom it belongs, in the form it belongs to, until it is sent or forgotten', () => {
  const disk = storage();
  const store = createDraftStore(disk, () => 0);
  store.write('opr_1', 'plan/basic', { name: 'Basics' });
  store.write('opr_1', 'plan/pro', { name: 'Pros' });
  store.write('opr_2', 'plan/basic', { name: 'Theirs' });
  assert.deepEqual(createDraftStore(disk, () => 0).read('opr_1', 'plan/basic'), { name: 'Basics' });
  store.write('opr_1', 'plan/basic', {});
  assert.deepEqual(store.read('opr_1', 'plan/basic'), {});
  store.forget('opr_1');
  assert.deepEqual(store.read('opr_1', 'plan/pro'), {});
  assert.deepEqual(store.read('opr_2', 'plan/basic'), { name: 'Theirs' });
});

test('drafts end after a month, the oldest give way, and what is too long or cannot be kept breaks nothing', () => {
  let now = 0;
  const disk = storage();
  const store = createDraftStore(disk, () => now);
  for (let index = 0; index < 60; index++) {
    now = index;
    store.write('opr_1', `form/${index}`, { text: 'x' });
  }
  assert.deepEqual(store.read('opr_1', 'form/9'), {});
  assert.deepEqual(store.read('opr_1', 'form/10'), { text: 'x' });
  now = 31 * DAY_MS;
  assert.deepEqual(store.read('opr_1', 'form/59'), {});
  store.write('opr_1', 'import', { csv: 'x'.repeat(300_000) });
  assert.deepEqual(store.read('opr_1', 'import'), {});
  const full = createDraftStore(storage(10), () => 0);
  full.write('opr_1', 'plan', { name: 'a name that does not fit' });
  assert.deepEqual(full.read('opr_1', 'plan'), {});
  disk.kept.set('solaris.drafts', 'no JSON');
  assert.deepEqual(store.read('opr_1', 'plan'), {});
});

test('only what differs is a draft, and never a secret', () => {
  const initial = { name: 'a', models: ['x'], apiKey: '', limit: null };
  const values = { name: 'b', models: ['x'], apiKey: 'sk-secret', limit: null, unknown: 1 };
  assert.deepEqual(changedFields(values, initial, ['apiKey']), { name: 'b' });
});
