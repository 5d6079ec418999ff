import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Compared, comparedDays, lineBefore, lineNow } from '../../gateway/reports/comparison.ts';
import { office, spendTokens } from '../accounts/account-kit.ts';

const TODAY = '2026-11-12';

function then(from: string, to: string, compare: 'previous' | 'year' = 'previous', today = TODAY): string {
  const days = comparedDays({ from, to }, compare, today);
  return `${days.from}..${days.to}`;
}

test('a whole month is compared with the whole month before, of whatever length', () => {
  assert.equal(then('2026-10-01', '2026-10-31'), '2026-09-01..2026-09-30');
  assert.equal(then('2026-03-01', '2026-03-31'), '2026-02-01..2026-02-28');
  assert.equal(then('2026-02-01', '2026-02-28'), '2026-01-01..2026-01-31');
  assert.equal(then('2026-07-01', '2026-09-30'), '2026-04-01..2026-06-30', 'a quarter with a quarter');
  assert.equal(then('2025-01-01', '2025-12-31'), '2024-01-01..2024-12-31', 'a year with a leap year');
});

test('what is not over is compared with as many days, and with none after the end of the month before', () => {
  assert.equal(then('2026-11-01', TODAY), '2026-10-01..2026-10-12');
  assert.equal(then('2026-11-01', '2026-11-30'), '2026-10-01..2026-10-12', 'its days to come do not count');
  assert.equal(then('2026-01-01', TODAY), '2025-01-01..2025-11-12', 'a year to date');
  assert.equal(then('2026-03-01', '2026-03-30', 'previous', '2026-03-30'), '2026-02-01..2026-02-28');
  assert.equal(
    then('2026-01-01', '2026-01-05', 'previous', '2026-01-05'),
    '2025-12-01..2025-12-05',
    'January is a month',
  );
});

test('other days are compared with as many before them', () => {
  assert.equal(then('2026-10-14', TODAY), '2026-09-14..2026-10-13');
  assert.equal(then('2026-10-01', '2026-10-15'), '2026-09-16..2026-09-30', 'not a month to date: it is over');
  assert.equal(then('2026-10-05', '2026-10-05'), '2026-10-04..2026-10-04');
  assert.equal(then('2027-01-02', '2027-01-03'), '2026-12-31..2027-01-01', 'also of days to come');
});

test('a year ago are the same days; the end of a month stays the end of the month', () => {
  assert.equal(then('2026-11-01', TODAY, 'year'), '2025-11-01..2025-11-12');
  assert.equal(then('2026-02-01', '2026-02-28', 'year'), '2025-02-01..2025-02-28');
  assert.equal(then('2025-02-01', '2025-02-28', 'year'), '2024-02-01..2024-02-29');
  assert.equal(then('2024-02-01', '2024-02-29', 'year'), '2023-02-01..2023-02-28');
  assert.equal(then('2025-02-22', '2025-02-28', 'year'), '2024-02-22..2024-02-28', 'a week stays a week');
  assert.equal(then('2025-02-28', '2025-02-28', 'year'), '2024-02-28..2024-02-28');
  assert.equal(then('2024-12-01', '2025-02-28', 'year'), '2023-12-01..2024-02-29');
});

test('a day is compared with the day at its place, or of a year ago; what has none is compared with nothing', () => {
  const report = { from: '2026-03-01', to: '2026-03-31' };
  const before: Compared = { compare: 'previous', from: '2026-02-01', to: '2026-02-28' };
  assert.equal(lineBefore('day', '2026-03-01', report, before), '2026-02-01');
  assert.equal(lineBefore('day', '2026-03-28', report, before), '2026-02-28');
  assert.equal(lineBefore('day', '2026-03-29', report, before), null);
  assert.equal(lineBefore('month', '2026-03', report, before), '2026-02');
  assert.equal(lineBefore('model', 'gpt', report, before), 'gpt');
  const leap = { from: '2024-01-01', to: '2024-12-31' };
  const year: Compared = { compare: 'year', from: '2023-01-01', to: '2023-12-31' };
  assert.equal(lineBefore('day', '2024-03-01', leap, year), '2023-03-01');
  assert.equal(lineBefore('day', '2024-02-29', leap, year), null);
  assert.equal(lineBefore('month', '2024-02', leap, year), '2023-02');
});

test('a day of then stands beside the day that is compared with it, or beside none, as far as the report has come', () => {
  const report = { from: '2026-03-01', to: '2026-03-31' };
  const before: Compared = { compare: 'previous', from: '2026-02-01', to: '2026-02-28' };
  assert.equal(lineNow('day', '2026-02-28', report, before, TODAY), '2026-03-28');
  assert.equal(lineNow('month', '2026-02', report, before, TODAY), '2026-03');
  assert.equal(lineNow('upstream', 'openai', report, before, TODAY), 'openai');
  const november = { from: '2026-11-01', to: '2026-11-30' };
  const october: Compared = { compare: 'days', from: '2026-10-01', to: '2026-10-31' };
  assert.equal(lineNow('day', '2026-10-12', november, october, TODAY), TODAY);
  assert.equal(lineNow('day', '2026-10-13', november, october, TODAY), null, 'no day to come is told to have fallen');
  assert.equal(lineNow('month', '2026-10', november, october, TODAY), '2026-11');
  const year = { from: '2025-02-01', to: '2025-02-28' };
  const leap: Compared = { compare: 'year', from: '2024-02-01', to: '2024-02-29' };
  assert.equal(lineNow('day', '2024-02-28', year, leap, TODAY), '2025-02-28');
  assert.equal(lineNow('day', '2024-02-29', year, leap, TODAY), null);
  const long: Compared = { compare: 'days', from: '2026-01-15', to: '2026-04-14' };
  assert.equal(lineNow('month', '2026-01', report, long, TODAY), '2026-03');
  assert.equal(lineNow('month', '2026-02', report, long, TODAY), null);
});

/** Who used how much of what, and when. */
type Use = readonly (readonly [day: string, who: 'ana' | 'bob' | 'eva', tokens: number, model: string])[];
const USE: Use = [
  ['2025-11-03', 'ana', 700, 'large'],
  ['2026-10-01', 'ana', 100, 'large'],
  ['2026-10-12', 'bob', 30, 'small'],
  ['2026-10-13', 'ana', 5_000, 'large'],
  ['2026-10-31', 'bob', 7, 'old'],
  ['2026-11-01', 'ana', 200, 'large'],
  ['2026-11-12', 'ana', 50, 'small'],
];

async function team(t: Parameters<typeof office>[0], uses = USE) {
  const kit = await office(t);
  kit.clock.set('2025-11-01T12:00:00Z');
  const ids = {
    ana: (await kit.user('ana@example.com')).id,
    bob: (await kit.user('bob@example.com')).id,
    eva: (await kit.user('eva@example.com')).id,
  };
  for (const [day, who, tokens, model] of uses) {
    kit.clock.set(`${day}T10:00:00Z`);
    await spendTokens(kit.context, {
      userId: ids[who],
      tokens,
      model,
      costMicroUsd: 3 * tokens,
      upstreamId: `at-${who}`,
    });
  }
  kit.clock.set(`${TODAY}T20:00:00Z`);
  const report = async (query: string) => (await kit.api(`/api/admin/reports/usage?${query}`)).body;
  /** A plain sum over the records themselves. */
  const plain = async (from: string, to: string, key: 'userId' | 'model' | null = null) => {
    const { usageRecords } = kit.context.db.tables;
    const rows = await kit.context.db.select().from(usageRecords);
    const sums = new Map<string, number>();
    for (const row of rows) {
      const day = new Date(row.createdAt).toISOString().slice(0, 10);
      const name = key === null ? '' : row[key];
      if (day >= from && day <= to) sums.set(name, (sums.get(name) ?? 0) + row.chargedTokens);
    }
    return sums;
  };
  return { ...kit, ids, report, plain };
}

test('each line and the total stand beside what they were, as a plain sum of the records says', async (t) => {
  const { report, plain, ids } = await team(t);
  for (const [groupBy, key] of [
    ['user', 'userId'],
    ['model', 'model'],
  ] as const) {
    const { items, comparison } = await report(`groupBy=${groupBy}&compare=previous`);
    const expected = await plain('2026-10-01', '2026-10-12', key);
    assert.ok(items.length > 0);
    for (const item of items) assert.equal(item.before.chargedTokens, expected.get(item.key) ?? 0, item.key);
    assert.equal(comparison.totals.chargedTokens, (await plain('2026-10-01', '2026-10-12')).get(''));
    const { compare, from, to, days, reportDays, isOpen } = comparison;
    assert.deepEqual(
      [compare, from, to, days, reportDays, isOpen],
      ['previous', '2026-10-01', '2026-10-12', 12, 12, true],
    );
  }
  const own = await report(
    `groupBy=user&user=${ids.bob}&from=2026-10-01&to=2026-10-31&compare=days&compareFrom=2026-10-12&compareTo=2026-10-12`,
  );
  assert.equal(own.items[0].before.chargedTokens, 30);
  assert.equal(own.comparison.totals.chargedTokens, 30, 'the filter holds for both');
  assert.deepEqual([own.comparison.days, own.comparison.reportDays, own.comparison.isOpen], [1, 31, false]);
  const year = await report('groupBy=model&from=2026-11-01&to=2026-11-12&compare=year');
  assert.equal(year.comparison.totals.chargedTokens, 700);
  assert.deepEqual(
    year.items.map((item: { key: string; before: { chargedTokens: number } }) => [item.key, item.before.chargedTokens]),
    [
      ['large', 700],
      ['small', 0],
    ],
    'a line without use then has nothing before it, which is no missing figure',
  );
});

test('days stand beside the days of then, and nothing is compared unless it is asked for', async (t) => {
  const { report } = await team(t);
  const { items } = await report('groupBy=day&compare=previous');
  assert.deepEqual(
    items.map((item: { key: string; before: { chargedTokens: number } }) => [item.key, item.before.chargedTokens]),
    [
      ['2026-11-01', 100],
      ['2026-11-12', 30],
    ],
  );
  const october = await report('groupBy=day&from=2026-10-01&to=2026-10-31&compare=previous');
  assert.equal(october.items.at(-1).before, null, 'September has no 31st');
  for (const query of ['groupBy=day', 'groupBy=day&compare=none']) {
    const plain = await report(query);
    assert.equal(plain.comparison, null);
    assert.ok(plain.items.every((item: { before: unknown }) => item.before === null));
  }
});

/** Used now by ana alone, then by everybody. */
const FALLEN: Use = [
  ['2026-10-02', 'bob', 40, 'old'],
  ['2026-10-02', 'eva', 90, 'older'],
  ['2026-10-05', 'ana', 7, 'large'],
  ['2026-10-31', 'bob', 8, 'old'],
  ['2026-11-03', 'ana', 5, 'small'],
  ['2026-11-04', 'ana', 6, 'large'],
];
type Figures = Record<'requests' | 'chargedTokens' | 'costMicroUsd', number>;
type Lines = readonly (Figures & { readonly key: string; readonly before: Figures | null })[];
const FIGURES = ['requests', 'chargedTokens', 'costMicroUsd'] as const;

test('what was used only in the days compared with has a line behind the others, and all lines add up to both totals', async (t) => {
  const { report, ids } = await team(t, FALLEN);
  const of = (items: Lines) =>
    items.map(({ key, chargedTokens, before }) => [key, chargedTokens, before?.chargedTokens]);
  for (const groupBy of [
    'user',
    'department',
    'model',
    'upstream',
    `user&user=${ids.ana},${ids.bob}`,
    `model&user=${ids.bob}`,
  ]) {
    const whole = await report(`groupBy=${groupBy}&compare=previous`);
    for (const figure of FIGURES) {
      const sum = (values: readonly number[]) => values.reduce((left, right) => left + right, 0);
      const items: Lines = whole.items;
      assert.equal(sum(items.map((item) => item[figure])), whole.totals[figure], `${groupBy}: ${figure}`);
      assert.equal(
        sum(items.map(({ before }) => before?.[figure] ?? 0)),
        whole.comparison.totals[figure],
        `${groupBy}: ${figure} then`,
      );
    }
    assert.equal(whole.comparison.unmatched, null);
    const paged: Lines[number][] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await report(`groupBy=${groupBy}&compare=previous&limit=1${cursor && `&cursor=${cursor}`}`);
      assert.equal(page.total, whole.items.length, groupBy);
      paged.push(...page.items);
      cursor = page.nextCursor;
    }
    assert.deepEqual(of(paged), of(whole.items), `${groupBy}, line by line`);
    const plain = await report(`groupBy=${groupBy}`);
    assert.ok(
      plain.items.every(({ requests }: Figures) => requests > 0),
      'no line of nothing where nothing is compared',
    );
  }
  const { ana, bob, eva } = ids;
  assert.deepEqual(of((await report('groupBy=user&compare=previous')).items), [
    [ana, 11, 7],
    [eva, 0, 90],
    [bob, 0, 40],
  ]);
  assert.deepEqual(of((await report('groupBy=model&compare=previous')).items), [
    ['large', 6, 7],
    ['small', 5, 0],
    ['older', 0, 90],
    ['old', 0, 40],
  ]);
});

test('a day without use has a line where its day of then had some; days of then that stand beside none are told together', async (t) => {
  const { report, api } = await team(t, FALLEN);
  const october = 'compare=days&compareFrom=2026-10-01&compareTo=2026-10-31&to=2026-11-30';
  const days = await report(`groupBy=day&${october}`);
  assert.deepEqual(
    (days.items as Lines).map(({ key, chargedTokens, before }) => [key, chargedTokens, before?.chargedTokens]),
    [
      ['2026-11-02', 0, 130],
      ['2026-11-03', 5, 0],
      ['2026-11-04', 6, 0],
      ['2026-11-05', 0, 7],
    ],
  );
  assert.equal(days.total, 4);
  assert.deepEqual([days.comparison.unmatched.chargedTokens, days.comparison.totals.chargedTokens], [8, 145]);
  const filters = {
    groupBy: 'day',
    compare: 'days',
    compareFrom: '2026-10-01',
    compareTo: '2026-10-31',
    to: '2026-11-30',
  };
  const file = async (order: object) => (await api('/api/admin/reports/export', { body: order })).body;
  const columns = ['requests'];
  const lines = (await file({ type: 'usage', format: 'csv', filters, columns, locale: 'pt-BR' })).trim().split('\r\n');
  assert.deepEqual(lines.slice(1), [
    '2026-11-02;0;2;-100',
    '2026-11-03;1;0;',
    '2026-11-04;1;0;',
    '2026-11-05;0;1;-100',
    'Outros dias de antes;0;1;-100',
    'Total;2;4;-50',
  ]);
  const months = await report(`groupBy=month&${october}`);
  assert.deepEqual(
    [months.items.length, months.items[0].before.chargedTokens, months.comparison.unmatched],
    [1, 145, null],
  );
});

test('the month of the overview stands beside the month before, the one of a year ago, or own days', async (t) => {
  const { api } = await team(t);
  const before = async (query: string) => (await api(`/api/admin/stats/before?${query}`)).body;
  const october = await before('');
  assert.deepEqual([october.from, october.to, october.totals.length], ['2026-10-01', '2026-10-30', 30]);
  assert.deepEqual([october.totals[0], october.totals[11], october.totals[12]], [100, 130, 5_130]);
  const year = await before('compare=year');
  assert.deepEqual([year.from, year.to, year.totals[1], year.totals.at(-1)], ['2025-11-01', '2025-11-30', 0, 700]);
  const own = await before('compare=days&compareFrom=2026-10-12&compareTo=2026-10-13');
  assert.deepEqual(own.totals, [30, 5_030]);
  assert.deepEqual((await before('compare=none')).totals, []);
  assert.equal((await api('/api/admin/stats/before?compare=days')).body.error.field, 'compareFrom');
});

test('days to compare with that say nothing are refused by the name of their field', async (t) => {
  const { api } = await office(t);
  const refused: readonly [query: string, field: string, rule: string | undefined][] = [
    ['compare=days', 'compareFrom', 'needed'],
    ['compare=days&compareFrom=2026-10-01', 'compareTo', 'needed'],
    ['compare=days&compareFrom=2026-10-02&compareTo=2026-10-01', 'compareTo', 'range_order'],
    ['compare=days&compareFrom=2026-02-30&compareTo=2026-10-01', 'compareFrom', 'malformed'],
    ['compare=year&compareTo=2026-10-01', 'compareTo', 'malformed'],
    ['compareFrom=2026-10-01', 'compareFrom', 'malformed'],
    ['compare=last', 'compare', 'not_offered'],
  ];
  for (const [query, field, rule] of refused) {
    const { status, body } = await api(`/api/admin/reports/usage?${query}`);
    assert.equal(status, 400, query);
    assert.deepEqual([body.error.field, body.error.rule], [field, rule], query);
  }
});

test('a file holds what each figure was and by how much it has changed, and no change from nothing', async (t) => {
  const { api } = await team(t);
  const filters = { groupBy: 'model', compare: 'year', from: '2026-11-01', to: '2026-11-12' };
  const columns = ['chargedTokens', 'errors'];
  const order = { type: 'usage', format: 'csv', filters, columns };
  const file = await api('/api/admin/reports/export', { body: order });
  assert.equal(file.status, 200, JSON.stringify(file.body));
  const lines = file.body.replace('\ufeff', '').trim().split('\r\n');
  const then = '2025-11-01 – 2025-11-12';
  assert.deepEqual(lines, [
    `Model,Errors,Charged tokens,"Charged tokens, ${then}",Charged tokens: change (%)`,
    'large,0,200,700,-71.4',
    'small,0,50,0,',
    'Total,0,250,700,-64.3',
  ]);
  const plain = await api('/api/admin/reports/export', { body: { ...order, filters: { groupBy: 'model' } } });
  assert.ok(!plain.body.includes('change'), 'nothing is compared unless it is asked for');
  for (const format of ['xlsx', 'pdf']) {
    assert.equal((await api('/api/admin/reports/export', { body: { ...order, format } })).status, 200, format);
  }
});
