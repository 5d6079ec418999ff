/** What is typed into a search box, as filters and words. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { filtersOf, type SearchField, withFilters, withoutFilter } from '../../renderer/console/ui/search/fields.ts';
import { remember } from '../../renderer/console/ui/search/history.ts';
import { asWords, readQuery } from '../../renderer/console/ui/search/query.ts';
import { suggest } from '../../renderer/console/ui/search/suggest.ts';
import { readValue } from '../../renderer/console/ui/search/values.ts';

const plan: SearchField = {
  param: 'plan',
  key: 'plano',
  words: ['plan'],
  label: 'Plano',
  is: {
    kind: 'choice',
    options: [
      { value: 'basic', label: 'Básico' },
      { value: 'enterprise', label: 'Empresa' },
      { value: 'pro', label: 'Pro' },
      { value: 'pro-plus', label: 'Pro Plus' },
    ],
  },
};
const status: SearchField = {
  param: 'status',
  key: 'situação',
  words: ['status'],
  label: 'Situação',
  is: {
    kind: 'choice',
    options: [
      { value: 'active', label: 'Ativo' },
      { value: 'blocked', label: 'Bloqueado' },
      { value: 'pending', label: 'Aguardando aprovação' },
    ],
  },
};
const seen: SearchField = {
  param: 'lastSeen',
  key: 'visto',
  words: ['last-seen'],
  label: 'Visto por último',
  is: { kind: 'time', words: [{ value: 'never', label: 'Nunca' }] },
};
const credits: SearchField = {
  param: 'credits',
  key: 'créditos',
  words: ['credits'],
  label: 'Créditos',
  is: { kind: 'number' },
};
const share: SearchField = {
  param: 'usagePercent',
  key: 'uso',
  words: ['usage'],
  label: 'Uso',
  is: { kind: 'percent' },
};
const model: SearchField = {
  param: 'model',
  key: 'modelo',
  words: ['model'],
  label: 'Modelo',
  is: { kind: 'text', words: [{ value: 'gpt-4o', label: 'gpt-4o' }] },
  isSingle: true,
};
const fields = [plan, status, seen, credits, share, model];

/** `param=value` of every filter. */
const read = (text: string) => readQuery(text, fields).filters.map(({ field, value }) => `${field.param}=${value}`);

describe('a line of search', () => {
  test('is words and filters in any order, by the keys of every language', () => {
    const query = readQuery('ana plan:pro silva situacao:blocked visto:>30d', fields);
    assert.equal(query.words, 'ana silva');
    assert.deepEqual(query.problems, []);
    assert.equal(query.rest, 'ana silva');
    assert.deepEqual(read('PLAN:pro Situação:blocked last-seen:>30d'), ['plan=pro', 'status=blocked', 'lastSeen=>30d']);
    assert.deepEqual(read('visto-por-último:nunca'), ['lastSeen=never']);
  });

  test('names values by their id or their label, with or without accents, in quotes where they have spaces', () => {
    assert.deepEqual(read('plano:basico plano:"PRO PLUS" status:"aguardando aprovação"'), [
      'plan=basic',
      'plan=pro-plus',
      'status=pending',
    ]);
    assert.deepEqual(read('plan:pro,"Pro Plus",básico'), ['plan=pro', 'plan=pro-plus', 'plan=basic']);
    assert.deepEqual(read('plan: pro credits: > 500'), ['plan=pro', 'credits=>500']);
  });

  test('keeps what it does not understand as it was typed, and says which part and why', () => {
    const wrong = (text: string) => {
      const { problems, rest, filters, words } = readQuery(text, fields);
      assert.equal(rest, text);
      assert.deepEqual(filters, []);
      assert.equal(words, '');
      return problems.map(({ code, field, value }) => [code, field?.param ?? null, value]);
    };
    assert.deepEqual(wrong('colour:red'), [['field', null, 'colour']]);
    assert.deepEqual(wrong('plan:gold'), [['value', 'plan', 'gold']]);
    assert.deepEqual(wrong('plan:pro,gold'), [['value', 'plan', 'gold']]);
    assert.deepEqual(wrong('plan:'), [['empty', 'plan', '']]);
    assert.deepEqual(wrong('-plan:pro'), [['negated', 'plan', 'plan']]);
    assert.deepEqual(wrong('last-seen:30d'), [['order', 'lastSeen', '30d']]);
    assert.deepEqual(wrong('last-seen:soon'), [['time', 'lastSeen', 'soon']]);
    assert.deepEqual(wrong('usage:>101'), [['percent', 'usagePercent', '>101']]);
    assert.deepEqual(wrong('credits:1.5'), [['number', 'credits', '1.5']]);
    assert.deepEqual(wrong('credits:20..10'), [['rise', 'credits', '20..10']]);
    const mixed = readQuery('ana plan:gold status:active', fields);
    assert.equal(mixed.rest, 'ana plan:gold');
    assert.equal(mixed.words, 'ana');
    assert.deepEqual(
      readQuery('ana', fields, false).problems.map(({ code }) => code),
      ['text'],
    );
  });

  test('looks for words in quotes as they are, colons included', () => {
    assert.equal(readQuery('"plan:pro"', fields).words, 'plan:pro');
    assert.equal(readQuery('"ana  maria" silva', fields).words, 'ana  maria silva');
    assert.equal(readQuery('-ana', fields).words, '-ana');
    assert.equal(readQuery('"unfinished plan:pro', fields).words, 'unfinished plan:pro');
    for (const words of ['ana', 'plan:pro', 'ana https://example.com', '“x', 'o"neil', '100%']) {
      assert.equal(readQuery(asWords(words, fields), fields).words, words);
    }
  });
});

describe('values', () => {
  const value = (field: SearchField, text: string) => {
    const got = readValue(field, text);
    return 'value' in got ? got.value : `(${got.problem})`;
  };

  test('numbers are read as they are written in either language', () => {
    const cases = {
      '>1.5M': '>1500000',
      '>1,5 mi': '>1500000',
      '≥ 500k': '>=500000',
      '<=2 mil': '<=2000',
      '1,000': '1000',
      '1.000.000': '1000000',
      '1k..2k': '1000..2000',
      '..500': '..500',
      '0': '0',
      '..': '(number)',
      '-5': '(number)',
      '1.5': '(number)',
      '5 apples': '(number)',
      '99999999999999': '(number)',
    };
    for (const [text, expected] of Object.entries(cases)) assert.equal(value(credits, text), expected, text);
    assert.equal(value(share, '> 80%'), '>80');
    assert.equal(value(share, '12,5%'), '12.5');
    assert.equal(value(share, '12.55'), '(percent)');
    assert.equal(value(share, '50..80'), '50..80');
  });

  test('times are spans with a direction, days, months or ranges of days', () => {
    const cases = {
      '>30d': '>30d',
      '> 2 semanas': '>2w',
      '<12 hours': '<12h',
      '>=6 meses': '>=180d',
      '>1y': '>365d',
      '2026-11-20': '2026-11-20',
      '>=2026-11-01': '>=2026-11-01',
      '2026-02': '2026-02-01..2026-02-28',
      '2026-11-01..': '2026-11-01..',
      '2026-11-20..2026-11-01': '(rise)',
      '2026-13': '(time)',
      '>30': '(time)',
      '>99999d': '(time)',
      NUNCA: 'never',
    };
    for (const [text, expected] of Object.entries(cases)) assert.equal(value(seen, text), expected, text);
  });

  test('of a text anything is taken, beside what is known', () => {
    assert.equal(value(model, 'GPT-4o'), 'gpt-4o');
    assert.equal(value(model, 'my own model'), 'my own model');
    const user: SearchField = {
      ...model,
      is: { kind: 'text', words: [{ value: 'usr_1', label: 'Ana' }], looks: /^usr_/ },
    };
    assert.equal(value(user, 'ana'), 'usr_1');
    assert.equal(value(user, 'usr_2'), 'usr_2');
    assert.equal(value(user, 'an'), '(value)');
  });

  test('any value is taken while the names are not known yet', () => {
    const loading: SearchField = { ...plan, is: { kind: 'choice', options: undefined } };
    assert.equal(value(loading, 'gold'), 'gold');
  });
});

describe('filters in the address', () => {
  test('are added once, replaced where only one can be, and taken away without a trace', () => {
    const pro = { field: plan, value: 'pro' };
    assert.deepEqual(withFilters({}, [pro, pro, { field: plan, value: 'basic' }]), { plan: ['pro', 'basic'] });
    assert.deepEqual(withFilters({ plan: 'pro' }, [pro]), {});
    assert.deepEqual(withFilters({ model: 'a' }, [{ field: model, value: 'b' }]), { model: 'b' });
    assert.deepEqual(withoutFilter({ plan: ['basic', 'pro'] }, pro), { plan: ['basic'] });
    assert.deepEqual(withoutFilter({ plan: ['pro'] }, pro), { plan: undefined });
    assert.deepEqual(
      filtersOf(fields, { plan: ['pro', 'gone'], lastSeen: '>30d', user: 'usr_1' }).map(({ value }) => value),
      ['pro', 'gone', '>30d'],
    );
  });
});

describe('suggestions', () => {
  const offered = (text: string, params = {}, caret = text.length) => {
    const { items, isFirstMeant, token } = suggest(text, caret, fields, params);
    const names = items.map((item) => (item.kind === 'field' ? `${item.field.key}:` : item.value));
    return { names, isFirstMeant, part: text.slice(token.start, token.end) };
  };

  test('are the fields in an empty box, and their values after the colon', () => {
    assert.equal(offered('').names.length, fields.length);
    assert.deepEqual(offered('ana plan:'), {
      names: ['basic', 'enterprise', 'pro', 'pro-plus'],
      isFirstMeant: false,
      part: 'plan:',
    });
    assert.deepEqual(offered('plan:').names, offered('plan: ').names);
    assert.deepEqual(offered('plan:', { plan: ['pro'] }).names, ['basic', 'enterprise', 'pro-plus']);
    assert.deepEqual(offered('usage:>9').names, ['>9', '>95']);
    assert.ok(offered('last-seen:').names.includes('never'));
  });

  test('take what fits exactly first, and never take a word for a filter unasked', () => {
    assert.deepEqual(offered('plan:pro'), { names: ['pro', 'pro-plus'], isFirstMeant: true, part: 'plan:pro' });
    assert.deepEqual(offered('plan:p').names, ['pro', 'pro-plus', 'enterprise']);
    assert.deepEqual(offered('bloq'), { names: ['blocked'], isFirstMeant: false, part: 'bloq' });
    assert.deepEqual(offered('st'), { names: ['situação:'], isFirstMeant: false, part: 'st' });
    assert.deepEqual(offered('gpt').names, ['gpt-4o']);
    assert.deepEqual(offered('plan:gold').names, []);
    assert.deepEqual(offered('colour:r').names, []);
    assert.deepEqual(offered('plan:pro ana', {}, 8).part, 'plan:pro');
  });
});

describe('the history', () => {
  test('keeps the last ten searches, newest first, none twice, and no empty one', () => {
    const many = Array.from({ length: 12 }, (_, index) => `plan=p${index}`);
    const kept = many.reduce<string[]>((before, search) => remember(before, search), []);
    assert.deepEqual(kept, many.slice(2).reverse());
    assert.deepEqual(remember(['a=1', 'b=2'], 'b=2'), ['b=2', 'a=1']);
    assert.deepEqual(remember(['a=1'], ''), ['a=1']);
  });

  test('a search that grew within one visit takes the place of what it grew from, and of nothing else', () => {
    assert.deepEqual(remember(['plan=pro', 'x=1'], 'plan=pro&status=active', 'plan=pro'), [
      'plan=pro&status=active',
      'x=1',
    ]);
    assert.deepEqual(remember(['search=an'], 'search=ana&plan=pro', 'search=an'), ['search=ana&plan=pro']);
    assert.deepEqual(remember(['plan=pro'], 'plan=basic', 'plan=pro'), ['plan=basic', 'plan=pro']);
    assert.deepEqual(remember(['plan=pro'], 'plan=pro&status=active'), ['plan=pro&status=active', 'plan=pro']);
  });
});
