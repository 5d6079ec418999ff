/** The console's words: every language says everything, with the same figures in the same sentences. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en, ptBr } from '../../renderer/console/i18n/catalogues.ts';

type Words = { readonly [key: string]: string | Words };

/** Every phrase by its path. */
function phrasesOf(words: Words, path = ''): Map<string, string> {
  const phrases = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') phrases.set(`${path}${key}`, value);
    else for (const [inner, phrase] of phrasesOf(value, `${path}${key}.`)) phrases.set(inner, phrase);
  }
  return phrases;
}

const figuresOf = (phrase: string) => [...phrase.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

test('both languages have the same phrases, none of them empty, and each names the same figures', () => {
  const english = phrasesOf(en as unknown as Words);
  const portuguese = phrasesOf(ptBr as unknown as Words);
  assert.deepEqual([...portuguese.keys()].sort(), [...english.keys()].sort());
  for (const [path, phrase] of english) {
    const translated = portuguese.get(path) ?? '';
    assert.ok(phrase.trim() !== '' && translated.trim() !== '', `${path} is empty`);
    assert.deepEqual(figuresOf(translated), figuresOf(phrase), `${path} names other figures`);
  }
});

test('whatever is counted has a word for one and a word for many', () => {
  for (const words of [en, ptBr]) {
    const phrases = phrasesOf(words as unknown as Words);
    for (const path of phrases.keys()) {
      if (path.endsWith('_one')) assert.ok(phrases.has(path.replace(/_one$/, '_other')), path);
      if (path.endsWith('_other')) assert.ok(phrases.has(path.replace(/_other$/, '_one')), path);
    }
  }
});

/** What the gateway tells users, shown in the language in which it is told. */
const QUOTED = /^settings\.preview(En|Pt)/;

test('sentences are written in Portuguese, not left in English', () => {
  const english = phrasesOf(en as unknown as Words);
  const same = [...phrasesOf(ptBr as unknown as Words)].filter(
    ([path, phrase]) => english.get(path) === phrase && phrase.split(/\s+/).length > 4 && !QUOTED.test(path),
  );
  assert.deepEqual(same, []);
});
