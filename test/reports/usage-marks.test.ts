import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeUser } from '../../gateway/identity/merge.ts';
import { addDays } from '../../gateway/reports/days.ts';
import { composeRange, markDaysBetween } from '../../gateway/reports/mark-days.ts';
import { office, spendTokens } from '../accounts/account-kit.ts';

const FIRST = '2026-04-10';
const LAST = '2026-06-05';

test('any range is the difference of two marks and at most a few days beside them', () => {
  const marks = markDaysBetween('2026-01-01', '2026-12-31');
  assert.deepEqual(marks.slice(0, 5), ['2026-01-05', '2026-01-09', '2026-01-13', '2026-01-17', '2026-01-21']);
  const daysIn = (from: string, before: string) => Math.round((Date.parse(before) - Date.parse(from)) / 86_400_000);
  for (let offset = 0; offset < 60; offset++) {
    const range = { from: addDays('2026-02-01', offset), before: addDays('2026-11-01', -2 * offset) };
    const { marks: used, days } = composeRange(range, marks);
    const since = (day: string) => daysIn('2000-01-01', day);
    const total =
      used.reduce((sum, { day, sign }) => sum + sign * since(day), 0) +
      days.reduce((sum, { from, before, sign }) => sum + sign * daysIn(from, before), 0);
    assert.equal(total, daysIn(range.from, range.before));
    assert.ok(days.reduce((sum, { from, before }) => sum + daysIn(from, before), 0) <= 4);
  }
  const short = { from: '2026-05-05', before: '2026-05-07' };
  assert.deepEqual(composeRange(short, marks), { marks: [], days: [{ ...short, sign: 1 }] });
  assert.deepEqual(composeRange(short, []).marks, []);
});

test('reports by user read the same with marks as without, whatever the range, and follow late changes', async (t) => {
  const { api, user, context, clock, gateway } = await office(t);
  const { rollups } = gateway.background;
  const { usageMarkDays, usageMarks } = context.db.tables;
  clock.set(`${FIRST}T12:00:00Z`);
  const people: string[] = [];
  for (const name of ['ana', 'bob', 'cid', 'dia']) people.push((await user(`${name}@example.com`)).id);
  const spend = (person: number, tokens: number, model: string) =>
    spendTokens(context, { userId: people[person] ?? '', tokens, model, costMicroUsd: tokens * 3 });
  let index = 0;
  for (let day = FIRST; day <= LAST; day = addDays(day, 1), index++) {
    clock.set(`${day}T12:00:00Z`);
    if (index % 2 === 0) await spend(index % 4 === 0 ? 0 : 2, 10 + index, index % 3 === 0 ? 'alpha' : 'beta');
    if (index === 40) await spend(1, 7_000, 'beta');
  }
  const report = async (query: string) => (await api(`/api/admin/reports/usage?groupBy=user&${query}`)).body;
  const ranges = ['from=2026-03-01&to=2026-06-20', 'from=2026-04-14&to=2026-06-02', 'from=2026-05-01&to=2026-05-31'];
  const queries = ranges.flatMap((range) => [range, `${range}&model=beta`, `${range}&department=none`]);
  const plain = await Promise.all(queries.map(report));
  assert.equal(await context.db.$count(usageMarkDays), 0);
  assert.equal(plain[0].total, 3, 'people without use are not listed');

  await rollups.runDue();
  assert.equal(await context.db.$count(usageMarkDays), markDaysBetween(FIRST, LAST).length);
  assert.deepEqual(await Promise.all(queries.map(report)), plain);
  const first = await report(`${ranges[0]}&limit=2`);
  const second = await report(`${ranges[0]}&limit=2&cursor=${first.nextCursor}`);
  assert.deepEqual([...first.items, ...second.items], plain[0].items);
  assert.deepEqual([first.total, second.nextCursor], [3, null]);

  // A settlement for a day that is long over.
  clock.set('2026-04-15T12:00:00Z');
  await spend(3, 123, 'alpha');
  clock.set(`${LAST}T12:00:00Z`);
  await rollups.runDue();
  const late = await report(`${ranges[1]}`);
  assert.equal(late.items.find(({ key }: { key: string }) => key === people[3]).chargedTokens, 123);
  assert.equal(late.total, 4);
  assert.equal(await context.db.$count(usageMarkDays), markDaysBetween(FIRST, LAST).length);

  const [from = '', , into = ''] = people;
  const both = late.items
    .filter(({ key }: { key: string }) => key === from || key === into)
    .reduce((sum: number, { chargedTokens }: { chargedTokens: number }) => sum + chargedTokens, 0);
  await context.db.tx((tx) => mergeUser(context, tx, { from, into, actor: { kind: 'system', id: null } }));
  const merged = await report(`${ranges[1]}`);
  assert.equal(merged.total, 3);
  assert.equal(merged.items.find(({ key }: { key: string }) => key === into).chargedTokens, both);
  assert.equal(
    await context.db.$count(usageMarkDays),
    markDaysBetween(FIRST, LAST).length,
    'nothing had to be made anew',
  );
  assert.ok((await context.db.$count(usageMarks)) > 0);
});
