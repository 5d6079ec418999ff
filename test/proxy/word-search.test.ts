/** Finding a few words in the bytes of a stream. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWordSearch } from '../../gateway/proxy/word-search.ts';
import { chance } from '../support/random.ts';

const WORDS = ['"usage"', '[DONE]'];
const LETTERS = '"usageDONE[] é';
const ROUNDS = 20_000;

test('a word is found wherever it stands, and its halves alone are not', () => {
  const found = createWordSearch(WORDS);
  for (const text of ['"usage"', 'x"usage"', '"usage"x', '[DONE]', 'data: [DONE]\n\n', '[[DONE]]', '""usage""']) {
    assert.ok(found(Buffer.from(text)), text);
  }
  for (const text of ['', '"', 'usage', '"usage', 'usage"', '"usag"', '[DONE', 'DONE]', '[D0NE]', '"usa[DONEge"']) {
    assert.ok(!found(Buffer.from(text)), text);
  }
});

test('words of any letters are found just where a plain search finds them', () => {
  const random = chance(20_261_128);
  const found = createWordSearch(WORDS);
  for (let round = 0; round < ROUNDS; round++) {
    const letters = Array.from({ length: random.below(30) }, () => random.pick([...LETTERS]));
    if (random.happens(30)) letters.splice(random.below(letters.length + 1), 0, random.pick(WORDS));
    const text = letters.join('');
    assert.equal(
      found(Buffer.from(text)),
      WORDS.some((word) => text.includes(word)),
      text,
    );
  }
});
