import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { locales, messages, pickLocale } from '../../renderer/shared/i18n/locale.ts';

describe('the language of the pages', () => {
  test('is the chosen one, else the first of the browser’s that we speak, else English', () => {
    assert.equal(pickLocale('en', ['pt-BR']), 'en');
    assert.equal(pickLocale(null, ['pt-PT', 'en']), 'pt-BR');
    assert.equal(pickLocale(null, ['fr', 'en-GB', 'pt']), 'en');
    assert.equal(pickLocale(null, ['de', 'fr']), 'en');
    assert.equal(pickLocale('xx', ['pt']), 'pt-BR');
    assert.equal(pickLocale(null, []), 'en');
  });

  test('never falls back to another: no phrase is empty, and none of a sentence’s length is left in English', () => {
    const flat = (value: object, path = ''): [string, string][] =>
      Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
        const here = `${path}.${key}`;
        if (typeof inner === 'string') return [[here, inner]];
        if (typeof inner === 'function') return [[here, String(inner('7', '9'))]];
        return flat(inner as object, here);
      });
    const [english, ...others] = locales.map((locale) => new Map(flat(messages[locale])));
    assert.ok(english);
    for (const other of others) {
      assert.deepEqual([...other.keys()], [...english.keys()]);
      for (const [key, phrase] of other) {
        assert.notEqual(phrase.trim(), '', key);
        if (phrase.length > 12) assert.notEqual(phrase, english.get(key), key);
      }
    }
  });
});
