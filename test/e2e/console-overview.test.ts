import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spendTokens } from '../accounts/account-kit.ts';
import { assertAccessible } from '../support/accessible.ts';
import { testClock } from '../support/clock.ts';
import { openConsole } from '../support/console.ts';

test('the overview shows when the team works, by hand, by keyboard and in both themes', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { url, serviceKey, api } = console;
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${serviceKey}`,
      'x-user-email': 'ana@example.com',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ model: 'solaris-echo', messages: [{ role: 'user', content: 'hi' }] }),
  });
  assert.equal(answer.status, 200);
  await answer.text();
  const [cell] = (await api('/api/admin/stats/hours')).body.cells;
  assert.equal(cell.requests, 1);

  for (const dark of [false, true]) {
    const { page } = await console.signIn('viewer', '/', { dark });
    const map = page.getByRole('table', { name: /^Use by weekday and hour/ });
    await map.waitFor();
    await page.getByText(/tokens in 1 request, 0 failed$/).waitFor();
    await page.getByText('No forecast yet: fewer than 7 days of use.').first().waitFor();
    if (!dark) {
      await map.locator('[data-place="0-0"]').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('End');
      await page.getByText(/^Monday, 23:00–00:00/).waitFor();
      assert.equal(await map.locator('[tabindex="0"]').count(), 1, 'the map is one stop of the tabulator');
      await page.getByRole('radiogroup').getByText('Failures', { exact: true }).click();
      await page.getByText(/^Monday, 23:00–00:00/).waitFor();
    }
    await assertAccessible(page);
    // Where the system chooses the colours, what is drawn by colour alone keeps its own; and nothing moves for those who asked.
    await page.emulateMedia({ forcedColors: 'active' });
    for (const drawn of ['[data-figure]', 'figure .recharts-wrapper', '[role=img][data-level]']) {
      const adjusts = await page
        .locator(drawn)
        .first()
        .evaluate((node) => getComputedStyle(node).forcedColorAdjust);
      assert.equal(adjusts, 'none', drawn);
    }
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll('main a, main button')].filter((node) =>
          /[1-9]/.test(getComputedStyle(node).transitionDuration),
        ).length,
    );
    assert.equal(moving, 0);
  }
});

test('the overview says who runs out and when, and what each weekday usually takes, and so does the person’s drawer', async (t) => {
  const clock = testClock('2026-11-06T10:00:00Z');
  const console = await openConsole(t, { clock });
  if (!console) return;
  const make = async (name: string, monthlyLimit: number): Promise<string> =>
    (await console.api('/api/admin/users', { body: { email: `${name}@example.com`, name, monthlyLimit } })).body.id;
  const soon = await make('Soon', 1_700);
  const never = await make('Never', 900_000);
  for (let day = 0; day < 14; day++) {
    await spendTokens(console.context, { userId: soon, tokens: 100 });
    await spendTokens(console.context, { userId: never, tokens: 100 });
    clock.advance(86_400_000);
  }
  await console.gateway.background.rollups.runDue();
  for (const dark of [false, true]) {
    const { page } = await console.signIn('viewer', '/', { dark });
    const person = page.getByRole('link', { name: /^Soon ?22 Nov/ });
    await person.waitFor();
    assert.equal(await page.getByRole('link', { name: /^Never ?Nov/ }).count(), 0, 'whose tokens last is not listed');
    await page.getByRole('listitem').filter({ hasText: 'Monday' }).getByText('200', { exact: true }).waitFor();
    await page
      .getByText(/Expected: 5,000(?! \()/)
      .first()
      .waitFor({ state: 'attached' });
    await assertAccessible(page);
    await person.click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('On 22 Nov nothing will be left.').waitFor();
    await drawer.getByText('This month, and where it will end').waitFor();
    await assertAccessible(page);
  }
});

test('each figure leads to rows that come to the same, money is exact on hover, and the chart compares two months', async (t) => {
  const clock = testClock('2026-10-05T10:00:00Z');
  const console = await openConsole(t, { clock });
  if (!console) return;
  const { api, context } = console;
  const people: string[] = [];
  for (let number = 1; number <= 10; number++) {
    people.push(
      (await api('/api/admin/users', { body: { email: `p${number}@example.com`, name: `Person ${number}` } })).body.id,
    );
  }
  const use = (index: number, tokens: number, more = {}) =>
    spendTokens(context, { userId: people[index] ?? '', tokens, ...more });
  await use(0, 1_000);
  // Eight models, so that two of them are "all others"; ten people, so that some are; and one request that failed.
  clock.set('2026-11-05T10:00:00Z');
  for (let number = 1; number <= 8; number++)
    await use(0, 1_000 * number, { model: `model-${number}`, costMicroUsd: 150 });
  for (let number = 1; number < 10; number++) await use(number, 100, { model: 'model-8' });
  clock.set('2026-11-20T10:00:00Z');
  await use(1, 50, { model: 'model-8', outcome: 'upstream_error' });
  const month = 36_000 + 900 + 50;

  const { page } = await console.signIn('viewer', '/', { quiet: true, now: clock.now() });
  const main = page.getByRole('main');
  const exactOf = (text: string | null) => Number((text ?? '').replace(/\D/g, ''));
  const table = main.getByRole('table').filter({ hasText: 'model-8' });
  await table.getByRole('link', { name: 'All others' }).waitFor();
  const cells = await table.locator('td:nth-child(3)').all();
  const tokens = await Promise.all(cells.map(async (cell) => exactOf(await cell.getAttribute('title'))));
  assert.equal(tokens.length, 7);
  assert.equal(
    tokens.reduce((sum, one) => sum + one, 0),
    month,
    'the models and all others come to the month',
  );
  const top = main.locator('a[href*="user="]:has([title]), a[href*="groupBy=user"]:has([title])');
  const used = await Promise.all(
    (await top.locator('[title]').all()).map(async (one) => exactOf(await one.getAttribute('title'))),
  );
  assert.equal(
    used.reduce((sum, one) => sum + one, 0),
    month,
    'the people and all others come to the month',
  );
  // Fifteen hundredths of a cent: no zero, and in full on hover.
  const trace = table.locator('td').getByText('< US$ 0.01').first();
  assert.match((await trace.getAttribute('title')) ?? '', /^US\$\s0\.00\d+$/);

  const rowsAre = async (count: number, sums: string) => {
    await main.getByText(count === 1 ? '1 entry' : `${count} entries`, { exact: true }).waitFor();
    await main.getByText(sums).waitFor();
    assert.equal(await main.locator('tbody tr').count(), count);
    await page.goBack();
    await table.waitFor();
  };
  await table.getByRole('link', { name: 'model-8' }).click();
  await page.waitForURL(/part=usage&model=model-8&from=2026-11-01&to=2026-11-20/);
  await rowsAre(11, '8,950 charged tokens');
  await main.getByRole('link', { name: '18', exact: true }).click();
  await rowsAre(18, '37\u00a0K charged tokens');
  await main.getByRole('link', { name: '100%' }).click();
  await page.waitForURL(/outcome=upstream_broke&outcome=upstream_error&outcome=interrupted&from=2026-11-20/);
  await main.getByText('1 entry', { exact: true }).waitFor();
  await page.goBack();
  await main.locator('.recharts-bar-rectangle').last().click();
  await rowsAre(1, '50 charged tokens');
  await main.getByRole('link', { name: /^37\sK/ }).click();
  await main.getByText('1 Nov – 20 Nov 2026: < US$ 0.01 for 37\u00a0K tokens in 18 requests.').waitFor();
  const total = main.locator('tfoot [data-label=Charged] [title]').first();
  assert.equal(await total.getAttribute('title'), '36,950');
  assert.equal(await main.locator('tbody tr').count(), 10);
  // From a line of the report to its requests, and the filter that brought one there is said and taken away by key.
  const line = main.getByRole('row').filter({ hasText: 'Person 2' });
  await line.getByRole('link', { name: '2', exact: true }).click();
  await main.getByText('2 entries', { exact: true }).waitFor();
  await main.getByRole('button', { name: 'Remove the filter User: Person 2' }).focus();
  await page.keyboard.press('Enter');
  await main.getByText('18 entries', { exact: true }).waitFor();
  // From an upstream to what went through it, and from an hour of the week to its requests.
  await page.goto(`${console.url}/admin/`);
  await main.getByRole('link', { name: 'Upstreams' }).click();
  await main.getByRole('row').filter({ hasText: 'openai' }).getByRole('link', { name: '18', exact: true }).click();
  await main.getByText('18 entries', { exact: true }).waitFor();
  await main.getByRole('button', { name: 'Remove the filter Upstream: openai' }).waitFor();
  await console.gateway.background.rollups.runDue();
  await page.goto(`${console.url}/admin/`);
  await main.locator('[data-place="4-10"]').click();
  await main.getByText('17 entries', { exact: true }).waitFor();
  await main.getByRole('button', { name: 'Remove the filter Hour of the week: Thursday 10:00' }).waitFor();
  await page.goBack();
  await main.getByRole('radiogroup').getByText('Failures', { exact: true }).click();
  await main.locator('[data-place="5-10"]').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/outcome=upstream_broke/);
  await main.getByText('1 entry', { exact: true }).waitFor();

  await page.goto(`${console.url}/admin/`);
  const chart = main.locator('figure').first();
  await chart.locator('.recharts-line-curve').first().waitFor();
  assert.equal(
    await chart.locator('.recharts-line-curve[stroke-dasharray="1 4"]').count(),
    1,
    'the month before is dotted',
  );
  await chart
    .getByText(/Dotted: the month before\./)
    .first()
    .waitFor();
  const before = chart.getByText('Month before: 1,000 (+3,590%)');
  // What loads later moves the chart from under the mouse: then it goes there once more.
  for (let tries = 0; tries < 10 && !(await before.isVisible()); tries++) {
    const box = await chart.boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width * 0.55, box.y + box.height / 2);
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2);
    await before.waitFor({ timeout: 5_000 }).catch(() => undefined);
  }
  await before.waitFor();
  await chart.getByText('36,900 tokens used', { exact: true }).waitFor();
});
