import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import { mergeUser } from '../../gateway/identity/merge.ts';
import { addDays, daysBetween } from '../../gateway/reports/days.ts';
import { composeRange, isByModel, markDaysBetween } from '../../gateway/reports/mark-days.ts';
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

test('marks of single models stand so near that any range needs two of them and at most sixteen days', () => {
  const marks = markDaysBetween('2026-01-01', '2027-12-31').filter(isByModel);
  for (let offset = 0; offset < 62; offset++) {
    const { days } = composeRange(
      { from: addDays('2026-02-01', offset), before: addDays('2027-11-01', -offset) },
      marks,
    );
    const read = days.reduce((sum, { from, before }) => sum + daysBetween(from, before), 0);
    assert.ok(read <= 16, `${read} days`);
  }
});

test('reports read the same with marks as without, whatever the range, and follow late changes', async (t) => {
  const { api, user, context, clock, gateway } = await office(t);
  const { rollups } = gateway.background;
  const { usageMarkDays, usageMarks, totalMarks } = context.db.tables;
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
  const reportBy = async (group: string, query: string) =>
    (await api(`/api/admin/reports/usage?groupBy=${group}&${query}`)).body;
  const report = (query: string) => reportBy('user', query);
  const ranges = ['from=2026-03-01&to=2026-06-20', 'from=2026-04-14&to=2026-06-02', 'from=2026-05-01&to=2026-05-31'];
  const queries = ranges.flatMap((range) => [range, `${range}&model=beta`, `${range}&department=none`]);
  const plain = await Promise.all(queries.map(report));
  const some = [`${ranges[0]}&department=none`, `${ranges[1]}`, `${ranges[2]}&model=beta`];
  const grouped = async () => {
    const reports: unknown[] = [];
    for (const group of ['department', 'model', 'upstream']) {
      for (const query of some) reports.push({ group, query, report: await reportBy(group, query) });
    }
    return reports;
  };
  const plainGroups = await grouped();
  assert.equal(await context.db.$count(usageMarkDays), 0);
  assert.equal(plain[0].total, 3, 'people without use are not listed');

  await rollups.runDue();
  assert.equal(await context.db.$count(usageMarkDays), markDaysBetween(FIRST, LAST).length);
  assert.equal(await context.db.$count(totalMarks, eq(totalMarks.day, '2026-06-05')), 2, 'one row for each model');
  assert.deepEqual(await Promise.all(queries.map(report)), plain);
  assert.deepEqual(await grouped(), plainGroups);
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
  const lateGroups = await reportBy('model', `${ranges[1]}`);
  assert.deepEqual(lateGroups.totals, late.totals);
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
