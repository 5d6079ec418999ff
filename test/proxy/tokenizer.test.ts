import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { textPieces } from '../../gateway/proxy/text-pieces.ts';
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

test('counting ends where it no longer matters, and does not begin where length alone shows that', async (t) => {
  const tokenizer = createTokenizer(fail);
  t.after(() => tokenizer.close());
  const text = texts.base64(200_000);
  const whole = await tokenizer.count('o200k_base', [text]);
  const some = await tokenizer.count('o200k_base', [text], { most: 10_000 });
  assert.ok(some > 10_000 && some < whole / 4, `${some} of ${whole}`);
  assert.equal(await tokenizer.count('o200k_base', [text], { most: whole }), whole);

  // No thread is there to ask.
  const asleep = createTokenizer(fail);
  const counting = asleep.count('o200k_base', ['é'.repeat(64_000), 'x'.repeat(12_800)], { most: 1_099 });
  await asleep.close();
  assert.equal(await counting, 1_100);
});

test('counts take turns, and a settlement’s goes before a hold’s', async (t) => {
  const tokenizer = createTokenizer(fail);
  t.after(() => tokenizer.close());
  const finished: string[] = [];
  const count = async (name: string, text: string, isUrgent = false) => {
    await tokenizer.count('o200k_base', [text], { isUrgent });
    finished.push(name);
  };
  const middling = texts.base64(60_000);
  await count('first', 'the encoding is loaded');
  await Promise.all([
    count('long hold', texts.base64(240_000)),
    count('hold', middling),
    count('settlement', middling, true),
    count('short hold', 'hello'),
  ]);
  const place = (name: string) => finished.indexOf(name);
  assert.ok(place('settlement') < place('hold'), `${finished}`);
  assert.ok(place('short hold') < place('hold') && place('hold') < place('long hold'), `${finished}`);
});

test('a count that nobody waits for any more is answered at once, and does not hold up the next', async (t) => {
  const tokenizer = createTokenizer(fail);
  t.after(() => tokenizer.close());
  const leaving = new AbortController();
  const text = texts.base64(300_000);
  const dropped = tokenizer.count('o200k_base', [text], { signal: leaving.signal });
  const other = tokenizer.count('o200k_base', ['hello']);
  leaving.abort();
  assert.equal(await dropped, text.length, 'its bytes stand in for it');
  assert.equal(await other, 1);
  assert.equal(await tokenizer.count('o200k_base', ['hello', ' world']), 2);
});

test('long texts are cut where it adds nothing, if they can be', () => {
  for (const text of [texts.plain(60_000), texts.chinese(60_000), texts.emoji(30_000), texts.json(60_000), 'x', '']) {
    const pieces = [...textPieces(text)];
    assert.equal(pieces.join(''), text);
    assert.ok(pieces.every((piece) => piece.length <= 16_384 && !/^[\udc00-\udfff]/.test(piece)));
  }
  const prose = texts.plain(60_000);
  const counted = [...textPieces(prose)].reduce((sum, piece) => sum + countTokens(piece), 0);
  assert.equal(counted, countTokens(prose));
});
