import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { spendTokens } from '../accounts/account-kit.ts';
import { assertAccessible } from '../support/accessible.ts';
import { testClock } from '../support/clock.ts';
import { openConsole } from '../support/console.ts';

test('a report says what it is compared with and by how much it differs, in the address and in its file', async (t) => {
  const clock = testClock('2025-11-03T09:00:00Z');
  const kit = await openConsole(t, { clock });
  if (!kit) return;
  const [ana] = await kit.users(['Ana Lima']);
  assert.ok(ana);
  const use = async (day: string, tokens: number, model: string) => {
    clock.set(`${day}T10:00:00Z`);
    await spendTokens(kit.context, { userId: ana, tokens, model, costMicroUsd: tokens * 1_000 });
  };
  await use('2025-11-03', 400, 'large');
  await use('2026-02-02', 2_800, 'large');
  await use('2026-10-12', 500, 'large');
  await use('2026-10-13', 9_000, 'large');
  await use('2026-11-01', 600, 'large');
  await use('2026-11-12', 50, 'small');
  const { page } = await kit.signIn('viewer', '/reports?groupBy=model');
  await page
    .getByText(
      /^Compared with 1 Oct – 12 Oct 2026: cost \+30% \(then US\$\s0\.50\), tokens \+30% \(then 500\), requests \+100%/,
    )
    .waitFor();
  await page.getByText('The period is not over: its 12 days so far count.').waitFor();
  const large = page.getByRole('row', { name: /^large/ });
  assert.equal(await large.getByText('+20%').count(), 2, 'tokens and cost');
  const small = page.getByRole('row', { name: /^small/ });
  assert.equal(await small.getByText('none before').count(), 3, 'of nothing there is no share');
  assert.equal(await page.getByText(/∞|NaN|Infinity/).count(), 0);
  await assertAccessible(page);

  const choice = page
    .getByRole('combobox', { name: 'Compared with' })
    .or(page.getByLabel('Compared with').first())
    .first();
  const choose = async (name: string) => {
    await choice.click();
    await page.getByRole('option', { name, exact: true }).click();
  };
  await choose('Same period last year');
  await page.getByText(/^Compared with 1 Nov – 12 Nov 2025:.* tokens \+63% \(then 400\)/).waitFor();
  assert.match(page.url(), /compare=year/);
  await page.reload();
  await page.getByText(/^Compared with 1 Nov – 12 Nov 2025:/).waitFor();

  await choose('Own dates');
  const from = page.getByRole('textbox', { name: 'Compared from' });
  assert.equal(await from.inputValue(), '1 Nov 2025', 'they begin with what was compared');
  await from.fill('1 Feb 2026');
  await page.getByRole('textbox', { name: 'Compared to' }).fill('28 Feb 2026');
  await page.waitForURL(/compare=days&compareFrom=2026-02-01&compareTo=2026-02-28/);
  await page.getByText(/tokens −77% \(then 2,800\)/).waitFor();
  await page
    .getByText('The two are not of one length, 12 against 28 days. By the day: cost −46%, tokens −46%.')
    .waitFor();
  await page.getByRole('button', { name: 'Export' }).click();
  const waiting = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export as CSV' }).click();
  const [head = '', ...lines] = readFileSync(await (await waiting).path(), 'utf8').split('\r\n');
  assert.match(head, /"Charged tokens, 2026-02-01 – 2026-02-28",Charged tokens: change \(%\)/);
  assert.match(lines.at(-2) ?? '', /^Total,.*,650,2800,-76\.8,/);

  await choose('Nothing');
  await page.waitForURL(/compare=none/);
  await page
    .getByText(/^Compared with/)
    .first()
    .waitFor();
  await page.getByText(/^Compared with .*:/).waitFor({ state: 'detached' });
  assert.doesNotMatch(page.url(), /compareFrom/);
});

test('the month of the overview is drawn beside a month before, of a year ago or of own days, or alone', async (t) => {
  const clock = testClock('2025-11-03T09:00:00Z');
  const kit = await openConsole(t, { clock });
  if (!kit) return;
  const [ana] = await kit.users(['Ana Lima']);
  assert.ok(ana);
  for (const [day, tokens] of [
    ['2025-11-03', 400],
    ['2026-11-01', 600],
  ] as const) {
    clock.set(`${day}T10:00:00Z`);
    await spendTokens(kit.context, { userId: ana, tokens });
  }
  clock.set('2026-11-12T10:00:00Z');
  const { page } = await kit.signIn('viewer', '/');
  await page.getByText(/Dotted: the month before\./).waitFor();
  const choose = async (name: string) => {
    await page.getByLabel('Compared with').first().click();
    await page.getByRole('option', { name, exact: true }).click();
  };
  await choose('Same period last year');
  await page.getByText(/Dotted: 1 Nov 2025 – 30 Nov 2025\./).waitFor();
  assert.match(page.url(), /\?compare=year$/);
  await assertAccessible(page);
  await choose('Own dates');
  await page.getByRole('textbox', { name: 'Compared to' }).fill('2 Nov 2025');
  await page.getByText('1 Nov 2025 – 2 Nov 2025: nothing was metered then.').waitFor();
  assert.equal(await page.getByText(/Dotted:/).count(), 0);
  await choose('Nothing');
  await page.waitForURL(/\?compare=none$/);
  assert.equal(await page.getByText(/Dotted:|nothing was metered/).count(), 0);
});
