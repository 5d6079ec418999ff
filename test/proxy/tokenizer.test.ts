import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { createTokenizer } from '../../gateway/proxy/tokenizer.ts';
import { texts } from '../support/mock-upstream/index.ts';

const fail = (error: unknown) => assert.fail(String(error));

test('counts are those of gpt-tokenizer', async (t) => {
  const tokenizer = createTokenizer(fail);
  t.after(() => tokenizer.close());
  const samples = [
    texts.plain(5_000),
    texts.emoji(900),
    texts.chinese(900),
    texts.uuids(3_000),
    texts.json(3_000),
    '<|endoftext|>',
  ];
  const expected = samples.reduce((sum, text) => sum + countTokens(text, { disallowedSpecial: new Set() }), 0);
  assert.equal(await tokenizer.count('o200k_base', samples), expected);
  assert.equal(await tokenizer.count('o200k_base', []), 0);
});

test('a megabyte without a space, or of nothing but spaces, does not keep others waiting', {
  timeout: 60_000,
}, async (t) => {
  const tokenizer = createTokenizer(fail);
  t.after(() => tokenizer.close());
  const [letters, spaces, short] = await Promise.all([
    tokenizer.count('o200k_base', ['a'.repeat(1_000_000)]),
    tokenizer.count('o200k_base', [' '.repeat(1_000_000)]),
    tokenizer.count('o200k_base', ['hello']),
  ]);
  assert.ok(letters >= 100_000 && letters <= 1_000_000);
  assert.ok(spaces > 1_000 && spaces <= 1_000_000);
  assert.equal(short, 1);
});

test('text that is cut into pieces counts within one percent', async (t) => {
  const tokenizer = createTokenizer(fail);
  t.after(() => tokenizer.close());
  for (const text of [texts.base64(20_000), texts.chinese(20_000), `${texts.plain(10_000)}${texts.base64(10_000)}`]) {
    const exact = countTokens(text);
    const counted = await tokenizer.count('o200k_base', [text]);
    assert.ok(Math.abs(counted - exact) <= exact / 100, `${counted} of ${exact}`);
  }
});

test('while the thread cannot be had, the bytes stand in for the count', async () => {
  const tokenizer = createTokenizer(fail);
  const counting = tokenizer.count('o200k_base', ['é'.repeat(10)]);
  await tokenizer.close();
  assert.equal(await counting, 20);
});
