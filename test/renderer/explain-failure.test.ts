import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import i18next from 'i18next';
import { ApiFailure, NetworkFailure } from '../../renderer/console/api/http.ts';
import { en } from '../../renderer/console/i18n/en/catalogue.ts';
import { ptBr } from '../../renderer/console/i18n/pt-br/catalogue.ts';
import { explainFailure } from '../../renderer/console/ui/explain-failure.ts';

before(() => i18next.init({ lng: 'en', resources: { en, 'pt-BR': ptBr }, interpolation: { escapeValue: false } }));

const failures = [
  ...[400, 401, 403, 404, 409, 429, 500, 502, 503].map(
    (status) => new ApiFailure(status, 'some_code', 'It is so.', { retryAfterSeconds: 7 }),
  ),
  new NetworkFailure('fetch failed'),
];

test('every failure says what it is and what comes next, in both languages, with its cause to be copied', async () => {
  for (const language of ['en', 'pt-BR']) {
    await i18next.changeLanguage(language);
    for (const failure of failures) {
      const { title, next, cause } = explainFailure(failure);
      for (const text of [title, next]) assert.ok(text !== '' && !text.startsWith('failure.'), `${language}: ${text}`);
      assert.ok(cause?.includes(failure.message));
    }
  }
});

test('too many calls say when it goes on; a failed gateway does not pass on its own words as advice', async () => {
  await i18next.changeLanguage('en');
  assert.match(explainFailure(new ApiFailure(429, 'rate_limited', 'Slow down.', { retryAfterSeconds: 7 })).next, /7 s/);
  assert.doesNotMatch(explainFailure(new ApiFailure(500, 'internal', 'at line 3')).next, /line 3/);
});
