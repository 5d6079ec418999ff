/** Every list shows all that it shows: in every width, zoom and language, on paper, and on a phone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { spendTokens } from '../accounts/account-kit.ts';
import { type ConsoleKit, openConsole } from '../support/console.ts';

/** Width of the window, and the console's own zoom in percent. */
const ROOMS = [
  [1440, 100],
  [1280, 100],
  [1200, 100],
  [1152, 100],
  [1110, 100],
  [960, 100],
  [900, 100],
  [768, 100],
  [720, 100],
  [390, 100],
  [1440, 125],
  [1440, 150],
] as const;

/** Names as long as people's are. */
async function team(kit: ConsoleKit): Promise<string> {
  const ids = await kit.users(['Maximiliano Albuquerque de Vasconcelos', 'Ana Lima', 'Kwame Adjei-Mensah']);
  const [first = ''] = ids;
  for (const userId of ids) {
    await spendTokens(kit.context, { userId, tokens: 654_321, model: 'meta-llama/Llama-3.1-405B-Instruct' });
    await spendTokens(kit.context, { userId, tokens: 98_765, model: 'gpt-4o' });
  }
  await kit.api(`/api/admin/users/${first}/tokens`, { body: { amount: 250_000, reason: 'A long reason for a gift' } });
  await kit.api(`/api/admin/users/${first}/message`, { body: { subject: 'Hello', body: 'You.' } });
  await kit.context.jobs.start({ kind: 'verify', params: {}, operatorId: null, slot: null }, () =>
    Promise.reject(new Error('The disk is gone, and so is everything that was meant to be verified on it.')),
  );
  await kit.context.jobs.idle();
  return first;
}

/** What is wider than the place that it stands in, and cannot be scrolled to. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const cut: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) cut.push(`the page by ${scrollWidth - clientWidth}`);
    for (const table of document.querySelectorAll('table')) {
      const frame = table.parentElement as HTMLElement;
      const isScrolled = getComputedStyle(frame).overflowX === 'auto' && frame.getAttribute('role') === 'region';
      if (table.scrollWidth > frame.clientWidth && !isScrolled) {
        cut.push(`${table.getAttribute('aria-label') ?? 'a table'} by ${table.scrollWidth - frame.clientWidth}`);
      }
    }
    return cut;
  });
}

/** Two frames: sizes are observed between them. */
const settle = (page: Page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))));

const lists = (user: string) => [
  '/users',
  '/plans?part=models',
  '/reports?groupBy=user',
  '/reports?groupBy=model',
  '/activity',
  '/activity?part=usage',
  '/activity?part=jobs',
  '/activity?part=outbox',
  `/users?user=${user}&tab=usage`,
  `/users?user=${user}&tab=ledger`,
];

for (const locale of ['en', 'pt-BR'] as const) {
  test(`no list is cut off, however wide the window and large the letters (${locale})`, async (t) => {
    const kit = await openConsole(t);
    if (!kit) return;
    const user = await team(kit);
    const { page } = await kit.signIn('owner', '/', { locale });
    for (const path of lists(user)) {
      await page.goto(`${kit.url}/admin${path}`);
      const table = page.locator(path.includes('tab=') ? '[role=dialog] table' : 'main table').first();
      await table.locator('tbody tr').first().waitFor();
      for (const [width, zoom] of ROOMS) {
        await page.setViewportSize({ width, height: 900 });
        await page.evaluate((percent) => document.documentElement.style.setProperty('zoom', `${percent}%`), zoom);
        await settle(page);
        assert.deepEqual(await cutOff(page), [], `${path} at ${width} and ${zoom}%`);
      }
      await page.evaluate(() => document.documentElement.style.setProperty('zoom', '100%'));
      await page.setViewportSize({ width: 1440, height: 900 });
      await settle(page);
      if (!path.includes('tab=')) {
        assert.equal(await table.locator('thead').isVisible(), true, `${path} is a table again where there is room`);
      }
    }
  });
}

test('cards are sorted and selected as the table is, and called by what they are of', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  await kit.users(['Ana Lima', 'Zeca Reis']);
  const { page } = await kit.signIn('admin', '/users', { width: 390 });
  const names = () => page.locator('td[data-title] button').allInnerTexts();
  const sort = page.getByRole('textbox', { name: 'Sort by' }).or(page.getByRole('combobox', { name: 'Sort by' }));
  await sort.first().click();
  await page.getByRole('option', { name: 'Name, descending' }).click();
  await page.waitForURL(/sort=-name/);
  await page.waitForFunction(() => document.querySelector('td[data-title] button')?.textContent?.startsWith('Zeca'));
  assert.match((await names()).join(' '), /^Zeca Reis.*Ana Lima/s);
  await page.getByRole('checkbox', { name: 'All' }).check();
  await page
    .getByText(/2 selected|2 users selected/)
    .first()
    .waitFor();
});

test('on paper a list is a table without what could be pressed, however narrow the window', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  await kit.users(['Ana Lima']);
  const { page } = await kit.signIn('admin', '/users', { width: 390 });
  await page.getByText('Ana Lima').first().waitFor();
  await page.evaluate(() => document.documentElement.setAttribute('data-mantine-color-scheme', 'dark'));
  const scheme = () => page.evaluate(() => document.documentElement.dataset.mantineColorScheme);
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  assert.equal(await scheme(), 'light');
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  assert.equal(await scheme(), 'dark');
  await page.emulateMedia({ media: 'print' });
  const display = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((one) => getComputedStyle(one).display);
  assert.equal(await display('main table'), 'table');
  assert.equal(await display('main thead'), 'table-header-group');
  assert.equal(await page.getByRole('navigation').first().isVisible(), false);
  assert.equal(await page.getByRole('button', { name: 'Export' }).isVisible(), false);
  assert.equal(await page.getByRole('combobox').first().isVisible(), false);
  assert.equal(await page.getByText('Ana Lima').first().isVisible(), true);
});
