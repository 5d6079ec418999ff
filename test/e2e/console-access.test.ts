/** Everybody can use the console: no violation that axe knows of and no console error, on any screen, in either theme. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { SECTIONS } from '../../renderer/console/settings/settings-search.ts';
import { TABS } from '../../renderer/console/users/users-search.ts';
import { spendTokens } from '../accounts/account-kit.ts';
import { violationsOf } from '../support/accessible.ts';
import { type ConsoleKit, openConsole } from '../support/console.ts';

/** Every screen with its parts; what stands in braces is made before. */
const SCREENS: readonly string[] = [
  '/',
  '/users',
  ...TABS.map((tab) => `/users?user={ana}&tab=${tab}`),
  '/requests',
  '/requests?request={ticket}',
  '/alerts',
  '/reports',
  ...['plans', 'departments', 'models'].map((part) => `/plans?part=${part}`),
  ...['audit', 'usage', 'refusals', 'jobs', 'outbox'].map((part) => `/activity?part=${part}`),
  ...SECTIONS.map(({ id: section }) => `/settings?section=${section}`),
  '/nowhere',
];

/** What opens over a screen, and how. */
interface Over {
  readonly path: string;
  readonly what: string;
  open(page: Page): Promise<unknown>;
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const over = (path: string, what: string, open: Over['open'] = async () => undefined): Over => ({ path, what, open });

/** Clicks the menu of the user, and what it offers. */
const move = (who: 'ana' | 'bob', name: string) =>
  over(`/users?user={${who}}`, name, async (page) => {
    await button(page, 'Actions').click();
    await page.getByRole('menuitem', { name, exact: true }).click();
    await page.getByRole('dialog', { name }).waitFor();
  });
const decision = (name: string) =>
  over('/requests?request={ticket}', name, async (page) => {
    await page.getByRole('button', { name }).click();
    await page.getByRole('dialog').waitFor();
  });
/** A question that a form asks before it removes something. */
const question = (path: string, name: string) =>
  over(path, `${name} at ${path}`, async (page) => {
    await button(page, name).click();
    await page.getByRole('dialog', { name }).waitFor();
  });

const DIALOGS: readonly Over[] = [
  over('/', 'palette', (page) => page.keyboard.press('Control+k')),
  over('/', 'shortcuts', (page) => page.keyboard.press('?')),
  over('/', 'menu of the operator', async (page) => {
    await page.getByRole('button', { name: 'Your menu' }).click();
    await page.getByRole('dialog', { name: 'Your menu' }).waitFor();
  }),
  over('/reports', 'menu of exports', async (page) => {
    await button(page, 'Export').click();
    await page.getByRole('menu').waitFor();
  }),
  over('/users', 'import', (page) => button(page, 'Import').click()),
  over('/users', 'bulk change, with its preview', async (page) => {
    await page.getByLabel('All', { exact: true }).check();
    await page.getByRole('region', { name: 'What to do' }).getByRole('button', { name: 'Actions' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Plan', { exact: true }).click();
    await page.getByRole('option', { name: 'Pro' }).click();
    await dialog.getByLabel('Reason').fill('test');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('of 3 users change').waitFor();
  }),
  ...[
    'Grant or take credits',
    'Change the limit',
    'Change the plan',
    'Edit',
    'Write an e-mail',
    'Suspend',
    'Block',
    'Set use back to zero',
    'Delete',
  ].map((name) => move('ana', name)),
  move('bob', 'Activate'),
  decision('Another amount'),
  decision('Ask back'),
  decision('Reject'),
  over('/plans?open=%2B', 'new plan'),
  over('/plans?open=basic', 'plan'),
  question('/plans?open=interns', 'Delete plan'),
  over('/plans?part=departments&open=%2B', 'new department'),
  over('/plans?part=departments&open=team', 'caps of the team'),
  over('/plans?part=models&open=%2B', 'new price'),
  over('/plans?part=models&open=solaris-echo', 'model'),
  over('/settings?section=upstreams&open=%2B', 'new upstream'),
  question('/settings?section=upstreams&open={upstream}', 'Remove upstream'),
  over('/settings?section=keys&open=%2B', 'new key'),
  question('/settings?section=keys&open={key}', 'Revoke key'),
  over('/settings?section=operators&open=%2B', 'new operator'),
  question('/settings?section=operators&open={operator}', 'Remove operator'),
  over('/settings?section=operators&open=%2Bkey', 'key of an approver'),
  over('/settings?section=operators&open=%2B', 'question of an unsaved form', async (page) => {
    await page.getByRole('textbox', { name: 'E-mail' }).fill('new@example.com');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Discard the changes?' }).waitFor();
  }),
];

/** Whether nothing reaches beyond the sides; what floats over the page follows its width a moment later. */
async function fitsSoon(page: Page): Promise<boolean> {
  const fits = () => document.documentElement.scrollWidth <= window.innerWidth;
  return page.waitForFunction(fits).then(
    () => true,
    () => false,
  );
}

async function world(kit: ConsoleKit): Promise<Record<string, string>> {
  const { api, context } = kit;
  const [ana = '', bob = '', cai = ''] = await kit.users(['Ana Lima', 'Bob Reis', 'Cai Zhou']);
  await spendTokens(context, { userId: ana, tokens: 850_000 });
  await api(`/api/admin/users/${bob}/suspend`, { body: { reason: 'test' } });
  await kit.ask(ana, 500_000);
  await kit.ask(cai, 100_000);
  await api('/api/admin/plans', { body: { id: 'interns' } });
  await api('/api/admin/departments', { body: { name: 'Sales' } });
  const made = await api('/api/admin/upstreams', { body: { name: 'spare', baseUrl: 'http://127.0.0.1:9/v1' } });
  const { items: tickets } = (await api('/api/admin/requests?sort=createdAt')).body;
  const { items: keys } = (await api('/api/admin/keys')).body;
  const operator = await kit.operator('viewer');
  return { ana, bob, ticket: tickets[0].id, upstream: made.body.id, key: keys[0].id, operator: operator.id };
}

/** For a hundred looks and more, one after the other, however slow the machine. */
const timeout = 2_400_000;

test('no screen, drawer or dialog has a violation, light on a desk or dark on a phone, and none scrolls sideways', {
  timeout,
}, async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const ids = await world(kit);
  const { page } = await kit.signIn('owner', '/', { quiet: true });
  const found: string[] = [];
  const look = async (where: string) => {
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
    found.push(...(await violationsOf(page)).map((violation) => `${where}: ${violation}`));
  };
  const visit = async (path: string, what: string, open: Over['open']) => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
    await page.goto(`${kit.url}/admin${filled}`);
    await page.locator('[data-state=live]').waitFor();
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
    await open(page);
    await look(what);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    const fits = await fitsSoon(page);
    if (!fits) found.push(`${what}: scrolls sideways`);
    await look(`${what}, dark`);
  };
  for (const path of SCREENS) await visit(path, path, async () => undefined);
  for (const { path, what, open } of DIALOGS) {
    await visit(path, what, async () => {
      await open(page);
      await page.getByRole('dialog').or(page.getByRole('menu')).last().waitFor();
    });
  }
  assert.deepEqual(found, []);
});

test('what appears by itself has no violation: the toast with its way back, a refusal in a form, the end of a session', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = ''] = await kit.users(['Ana Lima']);
  await kit.ask(ana, 500_000);
  const { page, endSessions } = await kit.signIn('owner', '/requests');
  const look = async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violationsOf(page), []);
    }
  };
  await page.getByRole('button', { name: /Ana Lima/ }).click();
  await page.getByRole('button', { name: /^Approve 500\sK/ }).click();
  await page.getByText('is approved').waitFor();
  await page.getByRole('alert').getByRole('button', { name: 'Undo' }).waitFor();
  await look();
  await page.goto(`${kit.url}/admin/plans?open=%2B`);
  await page.getByRole('textbox', { name: 'Name' }).fill('Basic');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('There is a plan with this id already.').waitFor();
  await look();
  await endSessions();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
  await look();
});
