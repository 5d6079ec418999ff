/** What people type holds characters only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { words } from '../../gateway/contract/common.ts';
import { FORMATS } from '../../gateway/contract/formats.ts';
import { build } from '../support/build.ts';

test('texts take tabs, line ends and whole pairs, and no other control characters nor half a pair', () => {
  for (const text of ['a\tb', 'a\r\nb', 'Zoë 💡', 'a\u2028b', 'a\u200db'])
    assert.equal(words(20).safeParse(text).data, text);
  for (const text of ['a\0b', 'a\u001fb', 'a\u007fb', 'a\u009fb', 'a\ud800b', 'a\udc00b', '\udca1\ud83d'])
    assert.equal(words(20).safeParse(text).error?.issues[0]?.message, 'must not contain control characters');
  assert.ok(words(200_000).safeParse('x'.repeat(200_000)).success);
  assert.ok(!FORMATS.sentence('a\ud800b'));
});

test('half a pair or a zero byte in what people name is refused with the rule for control characters', async (t) => {
  const { api } = await build(t);
  for (const bad of ['a\ud800b', 'a\0b']) {
    const calls: [path: string, body: object, field: string][] = [
      ['plans', { id: 'gold', name: bad }, 'name'],
      ['plans', { id: 'gold', allowedModels: [bad] }, 'allowedModels.0'],
      ['departments', { name: bad }, 'name'],
      ['views', { name: bad, list: 'users', search: '' }, 'name'],
      ['views', { name: 'mine', list: 'users', search: bad }, 'search'],
      ['users', { email: 'ana@example.com', name: bad }, 'name'],
      ['keys', { name: bad }, 'name'],
    ];
    for (const [path, body, field] of calls) {
      const answer = await api(`/api/admin/${path}`, { body });
      const { error } = answer.body;
      assert.deepEqual([answer.status, error?.field, error?.rule], [400, field, 'control_characters'], path);
    }
  }
});
