/** The console's words: every language says everything, with the same figures in the same sentences. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { settingDefinitions } from '../../gateway/config/setting-definitions.ts';
import { FORMATS } from '../../gateway/contract/formats.ts';
import { MAIL_RULES } from '../../gateway/mail/kinds.ts';
import { en } from '../../renderer/console/i18n/en/catalogue.ts';
import { ptBr } from '../../renderer/console/i18n/pt-br/catalogue.ts';
import { isNamed } from '../../renderer/console/settings/setting-groups.ts';

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

test('every form that a text of a setting can have is told where it is missed', () => {
  for (const { settings } of [en, ptBr])
    assert.deepEqual(Object.keys(settings.formats).sort(), Object.keys(FORMATS).sort());
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

test('every act of the audit log, kind of mail and reason of a refusal that the gateway has is told in words', () => {
  const source = globSync('gateway/**/*.ts')
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const named = (pattern: RegExp) => [...new Set([...source.matchAll(pattern)].map(([, name = '']) => name))];
  const acts = named(/action: '([a-z_]+\.[a-z_]+)'/g).map((name) => name.replace('.', '_'));
  const refusals = named(/\brefused\(\s*\d+,\s*'([a-z_]+)'/g);
  assert.ok(acts.length > 50 && refusals.length > 10, 'the gateway names them otherwise by now');
  const untold = {
    acts: acts.filter((name) => !(name in en.activity.acts)),
    refusals: refusals.filter((name) => !(name in en.activity.refusalCodes)),
    mails: Object.keys(MAIL_RULES).filter((kind) => !(kind in en.activity.mailKinds)),
  };
  assert.deepEqual(untold, { acts: [], refusals: [], mails: [] });
});

test('every setting has a name and a hint, and a place of its own', () => {
  const keys = settingDefinitions().map(({ key }) => key);
  // The set-up keeps these for itself.
  const shown = keys.filter((key) => !key.startsWith('setup.'));
  const words = en.settings.fields as Readonly<Record<string, unknown>>;
  assert.deepEqual(
    shown.filter((key) => !(key.replaceAll('.', '_') in words)),
    [],
  );
  assert.deepEqual(
    shown.filter((key) => !isNamed(key)),
    [],
  );
});

/** Names and units that are the same everywhere. */
const SAME_EVERYWHERE = /^(email,name,plan|https?:|postgres:|[A-Z0-9 _.:/-]+$)/;

test('no screen holds words of its own: whatever people read comes from the catalogues', () => {
  const found = globSync('renderer/console/**/*.tsx').flatMap((path) => {
    const source = readFileSync(path, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
    const inTags = [...source.matchAll(/<\/?[A-Za-z][^<>{}=]*>\s*([A-Za-zÀ-ú][^<>{}]*?)\s*</g)].map(([, text]) => text);
    const inNames = [...source.matchAll(/\b(?:label|title|placeholder|aria-label|description|alt)="([^"]+)"/g)].map(
      ([, text]) => text,
    );
    return [...inTags, ...inNames]
      .filter((text = '') => /[A-Za-zÀ-ú]{3,}/.test(text) && !SAME_EVERYWHERE.test(text))
      .map((text) => `${path}: ${text}`);
  });
  assert.deepEqual(found, []);
});
