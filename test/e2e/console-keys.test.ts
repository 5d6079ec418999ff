/** The palette and the keys of the console: what menus offer is found by its name, and what the sheet tells is true. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { SECTIONS } from '../../renderer/console/settings/settings-search.ts';
import { type ConsoleKit, openConsole } from '../support/console.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function openPalette(page: Page) {
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search or jump to …' });
  const field = palette.getByRole('textbox');
  await field.waitFor();
  return { palette, field, offer: (name: string | RegExp) => palette.getByRole('button', { name }).first() };
}

/** A menu, what opens it, and where. */
const MENUS: readonly { path: string; menu: string; least: number }[] = [
  { path: '/users?user={ana}', menu: 'Actions', least: 9 },
  { path: '/users?user={bob}', menu: 'Actions', least: 9 },
  { path: '/users', menu: 'Export', least: 3 },
  { path: '/requests', menu: 'Offline', least: 2 },
  { path: '/reports', menu: 'Export', least: 3 },
  { path: '/activity?part=audit', menu: 'Export', least: 2 },
];

test('whatever a menu offers is in the palette, with the parts of all screens, and what was done lately comes first', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = '', bob = ''] = await kit.users(['Ana Lima', 'Bob Reis']);
  await kit.api(`/api/admin/users/${bob}/suspend`, { body: { reason: 'test' } });
  const { page } = await kit.signIn('owner', '/');
  for (const { path, menu, least } of MENUS) {
    await page.goto(`${kit.url}/admin${path.replace('{ana}', ana).replace('{bob}', bob)}`);
    await page.getByRole('button', { name: menu }).click();
    const items = page.getByRole('menuitem');
    await items.first().waitFor();
    const names = (await items.allInnerTexts()).map((text) => text.split('\n')[0] ?? '');
    assert.ok(names.length >= least, `${path}: ${names.join()}`);
    await page.keyboard.press('Escape');
    await items.first().waitFor({ state: 'detached' });
    const { field, offer } = await openPalette(page);
    for (const name of names) {
      await field.fill(name);
      await offer(name).waitFor();
    }
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    assert.equal(new URL(page.url()).search.includes('user='), path.includes('user='), 'what lies beneath stays open');
  }

  // The operator's own menu is no list of items: its choices are found as "what: which".
  await page.goto(`${kit.url}/admin/`);
  await page.getByRole('button', { name: 'Your menu' }).waitFor();
  const { field, offer } = await openPalette(page);
  const choices = ['Theme: Dark', 'Theme: As the system', 'Language: Português', 'Density: Compact', 'Zoom: 125'];
  const others = ['Turn single keys off', 'Keyboard shortcuts', 'Sign out', 'New plan', 'Narrow the navigation'];
  for (const name of [...choices, ...others]) {
    await field.fill(name);
    await offer(new RegExp(name, 'i')).waitFor();
  }
  for (const name of [
    'Plans & models: Departments',
    'Activity: Outbox',
    'Reports: Service quality',
    'Settings: Mail',
  ]) {
    await field.fill(name);
    await offer(new RegExp(name)).waitFor();
  }
  await field.fill('settings:');
  await offer(/^Settings: /).waitFor();
  assert.equal(await page.getByRole('button', { name: /^Settings: / }).count(), SECTIONS.length);
  await field.fill('dark theme');
  await offer('Theme: Dark').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor();

  const again = await openPalette(page);
  await again.offer('Theme: Dark').waitFor();
  assert.match(
    (await again.palette.getByRole('button').first().innerText()) ?? '',
    /Theme: Dark/,
    'the latest is first',
  );
});

test('the palette finds people, requests and models by name and leads to them by keyboard', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = ''] = await kit.users(['Ana Conceição']);
  await kit.ask(ana, 500_000);
  const { items } = (await kit.api('/api/admin/requests')).body;
  const { page } = await kit.signIn('admin', '/');
  const choose = async (text: string, name: RegExp) => {
    const { palette, field } = await openPalette(page);
    await field.fill(text);
    // The first of what is found is what Enter takes.
    await palette.locator('[data-selected]').filter({ hasText: name }).waitFor();
    await page.keyboard.press('Enter');
    await field.waitFor({ state: 'detached' });
  };
  await choose('conceição', /^Ana Conceição/);
  await page.waitForURL(`**/users?user=${ana}`);
  await page.getByRole('dialog').getByRole('tab').first().waitFor();
  await page.keyboard.press('Escape');
  await choose(items[0].ticket, /Ana Conceição/);
  await page.waitForURL(`**/requests?view=all&request=${items[0].id}`);
  await choose('solaris-echo', /^solaris-echo/);
  await page.waitForURL('**/plans?part=models&open=solaris-echo');
  await page.getByRole('dialog').getByRole('heading', { name: 'solaris-echo' }).first().waitFor();
  await page.keyboard.press('Escape');
  await choose('due first', /^Open the request that is due first/);
  await page.waitForURL(`**/requests?request=${items[0].id}`);
  await page.getByRole('button', { name: /^Approve 500\sK/ }).waitFor();
  await choose('approve', /^Approve/);
  await page.getByText('is approved').waitFor();
  assert.equal((await kit.api(`/api/admin/users/${ana}`)).body.credits, 500_000);
});

/** What the sheet tells of the screen, in the order in which it stands there. */
async function toldKeys(page: Page): Promise<string[]> {
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.waitFor();
  const keys = await sheet
    .locator('[data-keys]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-keys')));
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  return keys.map(String);
}

async function press(page: Page, keys: string): Promise<void> {
  const names = keys.startsWith('mod+') ? [keys.replace('mod', 'Control')] : keys.split(' ');
  for (const name of names) await page.keyboard.press(name);
}

const SCREEN_PATHS: Readonly<Record<string, string>> = {
  'g o': '/admin/',
  'g u': '/admin/users',
  'g r': '/admin/requests',
  'g l': '/admin/alerts',
  'g p': '/admin/reports',
  'g m': '/admin/plans',
  'g a': '/admin/activity',
  'g s': '/admin/settings',
  'g i': '/admin/setup',
};

test('every key that the sheet tells does what it says, on a row, in a form and everywhere', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana = ''] = await kit.users(['Ana Lima', 'Bob Reis']);
  await kit.ask(ana, 500_000);
  const { page } = await kit.signIn('owner', '/users');
  await page.getByText('2 users', { exact: true }).waitFor();
  const checks = usersKeys(page);
  const told = await toldKeys(page);
  assert.deepEqual([...told].sort(), [...Object.keys(SCREEN_PATHS), ...Object.keys(checks)].sort());
  for (const [keys, path] of Object.entries(SCREEN_PATHS)) {
    await press(page, keys);
    await page.waitForURL(({ pathname }) => pathname === path || `${pathname}/` === path);
  }
  for (const [keys, check] of Object.entries(checks)) {
    await page.goto(`${kit.url}/admin/users`);
    await page.getByText('2 users', { exact: true }).waitFor();
    await page.keyboard.press('j');
    await check(keys);
  }
  await onRequests(kit, page);
});

/** What each key of the list of users must do, once a row is under the keyboard. */
function usersKeys(page: Page): Record<string, (keys: string) => Promise<void>> {
  const cursor = page.locator('tr[data-cursor]');
  return {
    j: async (keys) => {
      await press(page, keys);
      await page.locator('tbody tr').nth(1).and(cursor).waitFor();
    },
    k: async (keys) => {
      await press(page, 'j');
      await page.locator('tbody tr').nth(1).and(cursor).waitFor();
      await press(page, keys);
      await page.locator('tbody tr').first().and(cursor).waitFor();
    },
    x: async (keys) => {
      await press(page, keys);
      await page.getByText('1 selected').waitFor();
    },
    Enter: async (keys) => {
      await press(page, keys);
      const drawer = page.getByRole('dialog');
      await drawer.getByRole('tab').first().waitFor();
      // In the drawer, `e` edits; in the form, letters are letters and Ctrl+S saves.
      await press(page, 'e');
      const name = page.getByRole('textbox', { name: 'Name' });
      await name.fill('Ana Souza');
      await name.press('?');
      assert.equal(await name.inputValue(), 'Ana Souza?');
      await press(page, 'mod+s');
      await page.getByRole('heading', { name: /^Ana Souza\?/ }).waitFor();
    },
    ArrowRight: async (keys) => {
      await press(page, 'Enter');
      await page.getByRole('dialog').getByRole('tab').first().waitFor();
      const first = page.url();
      await press(page, keys);
      await page.waitForURL((url) => url.href !== first && url.searchParams.has('user'));
    },
    ArrowLeft: async (keys) => {
      await press(page, 'Enter');
      await page.getByRole('dialog').getByRole('tab').first().waitFor();
      const first = page.url();
      await press(page, 'ArrowRight');
      await page.waitForURL((url) => url.href !== first);
      await press(page, keys);
      await page.waitForURL(first);
    },
    '/': async (keys) => {
      await press(page, keys);
      await page.keyboard.type('gu');
      await page.waitForURL('**/users?search=gu');
    },
    '?': async (keys) => {
      await press(page, keys);
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    },
    Escape: async (keys) => {
      await press(page, 'Enter');
      await page.getByRole('dialog').waitFor();
      await press(page, keys);
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    },
    'mod+k': async (keys) => {
      await press(page, '/');
      await press(page, keys);
      await page.getByRole('dialog', { name: 'Search or jump to …' }).waitFor();
    },
    'mod+s': async (keys) => {
      await page.goto(`${new URL(page.url()).origin}/admin/plans?open=%2B`);
      await page.getByRole('textbox', { name: 'Name' }).fill('Basic');
      await press(page, keys);
      await page.getByText('There is a plan with this id already.').waitFor();
    },
    'mod+,': async (keys) => {
      await press(page, keys);
      await page.waitForURL('**/admin/settings');
    },
    'mod+r': async (keys) => {
      await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
      const asked = page.waitForRequest(/\/api\/admin\/users\?/);
      await press(page, keys);
      await asked;
      await page.getByText('Everything here is fresh.').waitFor();
      assert.equal(await page.evaluate(() => 'isSamePage' in globalThis), true, 'without loading the page again');
    },
  };
}

async function onRequests(kit: ConsoleKit, page: Page): Promise<void> {
  await page.goto(`${kit.url}/admin/requests`);
  await page.getByRole('region', { name: 'Requests' }).getByRole('button', { name: /Ana/ }).waitFor();
  await page.keyboard.press('j');
  await page.getByRole('button', { name: /^Approve 500\sK/ }).waitFor();
  const told = await toldKeys(page);
  for (const keys of ['j', 'k', 'a', 'e', 'r', 'b']) assert.ok(told.includes(keys), keys);
  for (const [keys, title] of [
    ['e', 'Another amount'],
    ['r', 'Reject'],
    ['b', 'Ask back'],
  ] as const) {
    await press(page, keys);
    const dialog = page.getByRole('dialog', { name: title });
    await dialog.waitFor();
    // Beneath a dialog no key does anything.
    await press(page, 'g');
    await press(page, 'u');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.match(page.url(), /requests/);
  }
  await press(page, 'a');
  await page.getByText('is approved').waitFor();
}

test('Enter presses the button that has the focus, keys are told in tooltips and menus, and can be turned off', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  const [ana] = await kit.users(['Ana Lima', 'Bob Reis']);
  const { page } = await kit.signIn('admin', '/users');
  await page.getByText('2 users', { exact: true }).waitFor();
  await page.keyboard.press('j');
  await button(page, 'Export').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem').first().waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('dialog').count(), 0, 'the row under the keyboard stays closed');

  await page.getByRole('navigation').getByRole('link', { name: 'Requests' }).hover();
  await page.getByRole('tooltip').getByText('r', { exact: true }).waitFor();
  await page.goto(`${kit.url}/admin/users?user=${ana}`);
  await button(page, 'Actions').click();
  await page.getByRole('menuitem', { name: 'Edit' }).getByText('e', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.goto(`${kit.url}/admin/users`);
  await page.getByRole('button', { name: 'Your menu' }).click();
  await page.getByRole('switch', { name: 'Use single-key shortcuts' }).click({ force: true });
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Your menu' }).waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.keyboard.press('Control+,');
  await page.waitForURL('**/admin/settings');
  assert.equal(await page.getByRole('dialog').count(), 0, 'a single key does nothing');
  const { field, offer } = await openPalette(page);
  await field.fill('keyboard shortcuts');
  await offer('Keyboard shortcuts').click();
  await page.getByText('Single keys are off on this device.').waitFor();
  await button(page, 'Turn single keys on').click();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.waitForURL('**/admin/requests');
});

test('plans, departments, models, upstreams, keys and operators are walked and opened by keyboard', async (t) => {
  const kit = await openConsole(t);
  if (!kit) return;
  for (const name of ['north', 'south']) {
    await kit.api('/api/admin/upstreams', {
      body: { name, baseUrl: `https://${name}.example.com/v1`, models: [name] },
    });
    await kit.api('/api/admin/departments', { body: { name } });
    await kit.api('/api/admin/keys', { body: { name } });
  }
  const { page } = await kit.signIn('owner', '/');
  for (const path of [
    '/plans',
    '/plans?part=departments',
    '/plans?part=models',
    '/settings?section=upstreams',
    '/settings?section=keys',
    '/settings?section=operators',
  ]) {
    await page.goto(`${kit.url}/admin${path}`);
    const openers = page.locator('main [data-opens]');
    await openers.first().waitFor();
    const names = await openers.allInnerTexts();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    const at = Math.min(2, names.length - 1) - (names.length > 1 ? 1 : 0);
    const name = names[at] ?? '';
    assert.equal(await page.evaluate(() => (document.activeElement as HTMLElement).innerText), name, path);
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog');
    await drawer.waitFor();
    assert.match(page.url(), /open=/, path);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    assert.doesNotMatch(page.url(), /open=/, path);
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    for (const keys of ['j', 'k', 'Enter']) await sheet.locator(`[data-keys="${keys}"]`).waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  }
});
