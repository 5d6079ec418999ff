import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PATTERNS } from '../../gateway/contract/bounds.ts';
import { slugOf } from '../../renderer/console/ui/slug.ts';

test('an id that is made from a name is one that the gateway takes', () => {
  for (const [name, id] of [
    ['Gold', 'gold'],
    ['  Estágio & Pesquisa +', 'estagio-pesquisa'],
    ['— 2.ª turma', '2.a-turma'],
    ['_hidden', 'hidden'],
  ] as const) {
    assert.equal(slugOf(name.replace('ª', 'a')), id);
    assert.match(slugOf(name), PATTERNS.slug);
  }
  assert.match(slugOf('á'.repeat(300)), PATTERNS.slug);
  assert.equal(slugOf('***'), '');
});
