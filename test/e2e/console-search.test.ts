/** The box that lists are searched with: words, filters as chips, suggestions and the history, by keyboard alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../support/accessible.ts';
import { type ConsoleKit, openConsole } from '../support/console.ts';

async function team(kit: ConsoleKit) {
  const make = (name: string, plan: string) =>
    kit.api('/api/admin/users', { body: { email: `${name.toLowerCase()}@example.com`, name, plan } });
  await make('Ana', 'pro');
  await make('Bob', 'pro');
  await make('Cai', 'basic');
  const { id } = (await make('Dora', 'trial')).body;
  await kit.api(`/api/admin/users/${id}/block`, { body: { reason: 'test' } });
}

const box = (page: Page) => page.getByRole('combobox', { name: 'Search' });
const chip = (page: Page, name: string) => page.getByRole('button', { name: `Remove the filter ${name}`, exact: true });
const shows = (page: Page, count: string) => page.getByText(count, { exact: true }).waitFor();
/** Name of what has the focus. */
const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName);
const reads = (page: Page, text: string) =>
  page.waitForFunction((wanted) => document.querySelector<HTMLInputElement>('[role=combobox]')?.value === wanted, text);
const query = (page: Page) => new URL(page.url()).searchParams.toString();

test('words and filters stand in one box, chips come and go by keyboard, and the address says the same', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  await team(kit);
  const { page } = await kit.signIn('admin', '/users');
  await shows(page, '4 users');
  await page.keyboard.press('/');
  assert.equal(await focused(page), 'Search');
  await page.getByRole('group', { name: 'Filter by' }).waitFor();
  await assertAccessible(page);

  await page.keyboard.type('plan:p');
  await page.getByRole('option', { name: /^Pro/, selected: true }).waitFor();
  await assertAccessible(page);
  await page.keyboard.press('Enter');
  await shows(page, '2 users');
  await chip(page, 'Plan: Pro').waitFor();
  assert.equal(query(page), 'plan=pro');
  assert.equal(await box(page).inputValue(), '');

  await page.keyboard.type('plan:basic status:active bo');
  await page.keyboard.press('Tab');
  await chip(page, 'Status: Active').waitFor();
  await shows(page, '1 user');
  assert.equal(await box(page).inputValue(), 'bo');
  assert.equal(await focused(page), 'Search');
  assert.equal(query(page), 'search=bo&status=active&plan=pro&plan=basic');
  await assertAccessible(page);

  // From the text over the chips and back; what is removed hands the focus on.
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await focused(page), 'Remove the filter Plan: Basic');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await focused(page), 'Remove the filter Status: Active');
  await assertAccessible(page);
  await page.keyboard.press('Delete');
  assert.equal(await focused(page), 'Remove the filter Plan: Pro');
  await chip(page, 'Status: Active').waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  assert.equal(await focused(page), 'Search');
  await page.keyboard.press('End');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await shows(page, '3 users');
  // In the empty box Backspace first goes to the last chip, and takes it away only then.
  await page.keyboard.press('Backspace');
  assert.equal(await focused(page), 'Remove the filter Plan: Basic');
  assert.equal(query(page), 'plan=pro&plan=basic');
  await page.keyboard.press('Backspace');
  assert.equal(await focused(page), 'Remove the filter Plan: Pro');
  await shows(page, '2 users');
  await page.keyboard.type('ana');
  await shows(page, '1 user');
  assert.equal(await box(page).inputValue(), 'ana');

  // Chips can be stepped back over.
  await page.goBack();
  await chip(page, 'Plan: Basic').waitFor();
  await page.goForward();
  await chip(page, 'Plan: Basic').waitFor({ state: 'detached' });
  await reads(page, 'ana');
  await page.reload();
  await chip(page, 'Plan: Pro').waitFor();
  await shows(page, '1 user');
  await reads(page, 'ana');
});

test('what is not understood stays and is explained, and a whole pasted query becomes chips', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  await team(kit);
  const { page } = await kit.signIn('admin', '/users');
  await shows(page, '4 users');
  const cases = [
    ['colour:red', /^There is no filter “colour” here, only status, plan, /],
    ['plan:gold', 'Plan: nothing is called “gold”.'],
    ['last-seen:30d', 'Last seen: longer ago is >30d, since then is <30d.'],
    ['usage:much', /^Share: “much” is not a percentage/],
    ['-plan:pro', /^A filter cannot be turned round/],
    ['plan:', 'Plan: a value is missing.'],
  ] as const;
  for (const [typed, told] of cases) {
    await box(page).fill(typed);
    await page.keyboard.press('Enter');
    await page.getByText(told).waitFor();
    assert.equal(await box(page).inputValue(), typed);
    assert.equal(await box(page).getAttribute('aria-invalid'), 'true');
    assert.equal(await focused(page), 'Search');
  }
  await assertAccessible(page);
  assert.equal(query(page), '', 'nothing was asked for');

  await box(page).fill('');
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text', 'plano:pro  ana status:active plan:gold');
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  });
  await chip(page, 'Status: Active').waitFor();
  await page.getByText('There is no filter “plano” here', { exact: false }).waitFor();
  assert.equal(await box(page).inputValue(), 'plano:pro ana plan:gold');
  await box(page).fill('credits:<1k used:0 last-seen:never ana');
  await page.keyboard.press('Enter');
  await shows(page, '1 user');
  await chip(page, 'Last seen: Never').waitFor();
  assert.equal(query(page), 'search=ana&status=active&lastSeen=never&used=0&credits=%3C1000');
  // Escape closes the suggestions and nothing else.
  await page.keyboard.press('ArrowDown');
  await page.getByRole('listbox').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+a');
  await page.keyboard.type('bl');
  await page.getByRole('option', { name: /^Blocked/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('listbox').waitFor({ state: 'detached' });
  assert.equal(await box(page).inputValue(), 'bl');
  assert.equal(await focused(page), 'Search');
});

test('the last searches of a list are offered in the empty box, kept on the device, and can be forgotten', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  await team(kit);
  const { page } = await kit.signIn('admin', '/users', { locale: 'pt-BR' });
  const field = page.getByRole('combobox', { name: 'Buscar' });
  await shows(page, '4 usuários');
  await field.click();
  await page.getByRole('option', { name: /plano:/ }).waitFor();
  assert.equal(await page.getByRole('group', { name: 'Buscas recentes' }).count(), 0);
  await field.fill('plano:pro');
  await page.keyboard.press('Enter');
  await shows(page, '2 usuários');
  await page.keyboard.type('situacao:ativo');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Tirar o filtro Situação: Ativo' }).waitFor();
  await page.getByRole('button', { name: 'Limpar' }).click();
  await shows(page, '4 usuários');
  await field.fill('dora');
  await page.keyboard.press('Enter');
  await shows(page, '1 usuário');
  await page.reload();
  await shows(page, '1 usuário');
  await page.keyboard.press('/');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  const recent = page.getByRole('group', { name: 'Buscas recentes' }).getByRole('option');
  await recent.first().waitFor();
  await shows(page, '4 usuários');
  assert.deepEqual(await recent.allInnerTexts(), ['“dora”', 'Situação: Ativo · Plano: Pro', 'Apagar buscas recentes']);
  await assertAccessible(page);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Tirar o filtro Plano: Pro' }).waitFor();
  await shows(page, '2 usuários');
  await page.getByRole('button', { name: 'Limpar' }).click();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: /plano:/ }).waitFor();
  assert.equal(await recent.count(), 0);
});

test('the other lists have the same box, each with its own filters, and links that name a filter show it', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = '', bob = ''] = await kit.users(['Ana', 'Bob']);
  await kit.ask(ana, 100_000);
  await kit.ask(bob, 200_000);
  const { page } = await kit.signIn('admin', '/requests');
  const row = (name: string) => page.getByRole('region', { name: 'Requests' }).getByText(name, { exact: true });
  await row('Ana').waitFor();
  await box(page).fill('urgency:low');
  await page.keyboard.press('Enter');
  await page.getByText('No request matches').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await row('Ana').waitFor();
  // Who is in the list is found by name.
  await box(page).fill('user:bo');
  await page.getByRole('option', { name: /^Bob/, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await row('Ana').waitFor({ state: 'detached' });
  await row('Bob').waitFor();
  await chip(page, 'User: Bob').waitFor();
  assert.equal(query(page), `view=waiting&user=${bob}`);
  await assertAccessible(page);
  // A letter on a chip goes into the text: the screen's own keys decide nothing meanwhile.
  await row('Bob').click();
  await page
    .getByRole('button', { name: /^Approve/ })
    .first()
    .waitFor();
  await box(page).focus();
  await page.keyboard.press('Backspace');
  assert.equal(await focused(page), 'Remove the filter User: Bob');
  await page.keyboard.press('a');
  await reads(page, 'a');
  assert.equal(await focused(page), 'Search');
  assert.equal((await kit.api('/api/admin/requests?status=open')).body.total, 2);

  await page.goto(`${kit.url}/admin/alerts?status=all&kind=anomaly`);
  await chip(page, 'Kind: Unusual use').waitFor();
  await page.getByText('No alert matches').waitFor();
  await assertAccessible(page);
  await page.goto(`${kit.url}/admin/activity?part=usage&outcome=interrupted`);
  await chip(page, 'Outcome: interrupted').waitFor();
  await box(page).fill('ana');
  await page.keyboard.press('Enter');
  await page.getByText(/^This list is not searched for words such as “ana”, only by .*outcome.*\.$/).waitFor();
  assert.equal(query(page), 'part=usage&outcome=interrupted');
  await assertAccessible(page);
  await page.goto(`${kit.url}/admin/activity`);
  await box(page).fill('about:users who:operator');
  await page.keyboard.press('Enter');
  await chip(page, 'About: Users').waitFor();
  await chip(page, 'Who: Operator').waitFor();
  await box(page).fill('about:plans');
  await page.keyboard.press('Enter');
  // There is one at most: the new one takes its place.
  await chip(page, 'About: Plans').waitFor();
  assert.equal(await chip(page, 'About: Users').count(), 0);
});

test('on a phone in the dark the box keeps to the page, and a chip goes by a touch', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  await team(kit);
  const where = { width: 390, height: 844, dark: true, locale: 'pt-BR' } as const;
  const { page } = await kit.signIn('admin', '/users?plan=pro&plan=basic&status=active&lastSeen=never', where);
  await shows(page, '3 usuários');
  await page.getByRole('combobox', { name: 'Buscar' }).click();
  await page.getByRole('listbox').waitFor();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.equal(width, 390);
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Tirar o filtro Plano: Basic' }).click();
  await shows(page, '2 usuários');
});
