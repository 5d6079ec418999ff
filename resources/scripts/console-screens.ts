/** What there is to see in the console: screens, drawers, dialogs and states. Nothing here knows a language. */
import type { Locator, Page } from 'playwright-core';

/** Name of the picture, address below `/admin` or `/portal`, and what to do before it is taken. */
export interface Screen {
  readonly name: string;
  readonly path: string;
  prepare?(page: Page): Promise<void>;
}

const dialog = (page: Page): Promise<void> => page.getByRole('dialog').last().waitFor();
const chart = (page: Page): Promise<void> => page.locator('.recharts-bar').first().waitFor();
const rows = (page: Page): Locator => page.locator('tbody tr');
const opened = async (page: Page, what: Locator): Promise<void> => {
  await what.click();
  await dialog(page);
};
const firstRow = (page: Page): Promise<void> => opened(page, rows(page).first());

/** Opens somebody in the middle of the list. */
async function openUser(page: Page): Promise<void> {
  await opened(page, rows(page).nth(4));
  await page.getByRole('dialog').getByRole('tab').first().waitFor();
}

const MOVES = ['tokens', 'limit', 'plan', 'edit', 'write', 'suspend', 'block', 'reset', 'delete'] as const;
const TABS = ['summary', 'usage', 'ledger', 'requests', 'alerts', 'keys', 'audit'] as const;

async function openMove(page: Page, index: number): Promise<void> {
  // Somebody who is active: all moves are offered.
  await opened(page, rows(page).last());
  await page.getByRole('dialog').locator('button[aria-haspopup=menu]').click();
  await page.getByRole('menuitem').nth(index).click();
  await page.waitForFunction(() => document.querySelectorAll('[role=dialog]').length > 1);
}

const FILE = 'email,name,plan,department\nana@example.com,Ana Lima,pro,\nbob@example.com,Bob,gold,\nbad,,basic,\n';
const GOOD_FILE = 'email,name,plan\nnew.one@example.com,New One,pro\nnew.two@example.com,New Two,basic\n';

async function importFile(page: Page, text: string): Promise<void> {
  await opened(page, page.locator('button:has(.tabler-icon-upload)'));
  await page.getByRole('dialog').locator('textarea').first().fill(text);
  await page.getByRole('dialog').locator('button[type=submit]').click();
  await page.getByRole('dialog').locator('table').waitFor();
}

async function chooseTwo(page: Page): Promise<void> {
  for (const index of [2, 3]) await rows(page).nth(index).locator('input[type=checkbox]').check();
}

/** The first of the queue that offers these many decisions. */
async function openRequest(page: Page): Promise<void> {
  await page.locator('main section button').first().click();
  await page.locator('main section:last-of-type h2, main section:last-of-type h3').first().waitFor();
}

async function decide(page: Page, key: string): Promise<void> {
  await openRequest(page);
  await page.locator('main kbd').first().waitFor();
  await page.keyboard.press(key);
  await dialog(page);
}

async function packets(page: Page, index: number): Promise<void> {
  await page.locator('main button[aria-haspopup=menu]').last().click();
  await page.getByRole('menuitem').nth(index).click();
  await dialog(page);
}

/** On a living team. */
export const SCREENS: readonly Screen[] = [
  { name: 'overview', path: '/', prepare: chart },
  { name: 'users', path: '/users' },
  {
    name: 'search',
    path: '/users?plan=pro&lastSeen=%3C7d&credits=%3E%3D0',
    async prepare(page) {
      await page.getByRole('combobox').fill('status:');
      await page.getByRole('listbox').waitFor();
    },
  },
  {
    name: 'user',
    path: '/users',
    async prepare(page) {
      await openUser(page);
      await chart(page);
    },
  },
  ...TABS.slice(1).map((tab, index) => ({
    name: `user-${tab}`,
    path: '/users',
    async prepare(page: Page) {
      await openUser(page);
      await page
        .getByRole('dialog')
        .getByRole('tab')
        .nth(index + 1)
        .click();
    },
  })),
  ...MOVES.map((move, index) => ({
    name: `move-${move}`,
    path: '/users?status=active&sort=usagePercent',
    prepare: (page: Page) => openMove(page, index),
  })),
  {
    name: 'user-menu',
    path: '/users?status=active',
    async prepare(page) {
      await opened(page, rows(page).last());
      await page.getByRole('dialog').locator('button[aria-haspopup=menu]').click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
  {
    name: 'suspended',
    path: '/users?status=suspended',
    prepare: firstRow,
  },
  { name: 'bulk-bar', path: '/users', prepare: chooseTwo },
  {
    name: 'bulk',
    path: '/users',
    async prepare(page) {
      await chooseTwo(page);
      await page.getByRole('region').last().locator('button').last().click();
      const form = page.getByRole('dialog');
      await form.waitFor();
      await form.locator('input').first().click();
      await page.getByRole('option').nth(4).click();
      await form.locator('textarea').first().fill('2026');
      await form.locator('button[type=submit]').click();
      await form.getByRole('status').first().waitFor();
    },
  },
  {
    name: 'import',
    path: '/users',
    prepare: (page) => opened(page, page.locator('button:has(.tabler-icon-upload)')),
  },
  { name: 'import-wrong', path: '/users', prepare: (page) => importFile(page, FILE) },
  { name: 'import-good', path: '/users', prepare: (page) => importFile(page, GOOD_FILE) },
  { name: 'users-filtered', path: '/users?plan=pro&usageLevel=high' },
  { name: 'users-none', path: '/users?search=zzzz' },
  { name: 'requests-start', path: '/requests' },
  { name: 'requests', path: '/requests', prepare: openRequest },
  { name: 'request-approve', path: '/requests', prepare: (page) => decide(page, 'e') },
  { name: 'request-ask', path: '/requests', prepare: (page) => decide(page, 'b') },
  { name: 'request-reject', path: '/requests', prepare: (page) => decide(page, 'r') },
  { name: 'requests-asked', path: '/requests?view=asked' },
  { name: 'requests-decided', path: '/requests?view=decided', prepare: openRequest },
  { name: 'packets-export', path: '/requests', prepare: (page) => packets(page, 0) },
  { name: 'packets-import', path: '/requests', prepare: (page) => packets(page, 1) },
  { name: 'alerts', path: '/alerts' },
  { name: 'alerts-resolved', path: '/alerts?status=resolved' },
  { name: 'alerts-none', path: '/alerts?kind=identity_conflict' },
  { name: 'reports', path: '/reports' },
  ...['department', 'model', 'upstream', 'day', 'month'].map((group) => ({
    name: `reports-${group}`,
    path: `/reports?groupBy=${group}`,
  })),
  { name: 'quality', path: '/reports?part=quality' },
  { name: 'targets', path: '/reports?part=quality&open=targets', prepare: dialog },
  { name: 'plans', path: '/plans' },
  { name: 'plan', path: '/plans?open=basic', prepare: dialog },
  { name: 'new-plan', path: '/plans?open=%2B', prepare: dialog },
  { name: 'departments', path: '/plans?part=departments' },
  { name: 'department', path: '/plans?part=departments&open=team', prepare: dialog },
  { name: 'new-department', path: '/plans?part=departments&open=%2B', prepare: dialog },
  { name: 'models', path: '/plans?part=models' },
  { name: 'model', path: '/plans?part=models', prepare: firstRow },
  { name: 'new-model', path: '/plans?part=models&open=%2B', prepare: dialog },
  {
    name: 'model-fees',
    path: '/plans?part=models&open=%2B',
    async prepare(page) {
      await dialog(page);
      for (const name of ['hasPrice', 'hasFees']) await page.locator(`[data-path=${name}]`).click();
      await page.locator('[data-path=priority]').scrollIntoViewIfNeeded();
    },
  },
  { name: 'audit', path: '/activity' },
  { name: 'audit-entry', path: '/activity', prepare: firstRow },
  { name: 'refusals', path: '/activity?part=refusals' },
  { name: 'refusal', path: '/activity?part=refusals', prepare: firstRow },
  { name: 'jobs', path: '/activity?part=jobs' },
  { name: 'outbox', path: '/activity?part=outbox' },
  { name: 'outbox-mail', path: '/activity?part=outbox', prepare: firstRow },
  { name: 'requests-list', path: '/activity?part=usage' },
  { name: 'request', path: '/activity?part=usage', prepare: firstRow },
  ...[
    'general',
    'policy',
    'upstreams',
    'keys',
    'identity',
    'mail',
    'network',
    'data',
    'backups',
    'operators',
    'account',
    'appearance',
    'about',
  ].map((section) => ({ name: `settings-${section}`, path: `/settings?section=${section}` })),
  { name: 'new-upstream', path: '/settings?section=upstreams&open=%2B', prepare: dialog },
  { name: 'upstream', path: '/settings?section=upstreams&open=demo-openai', prepare: dialog },
  { name: 'new-key', path: '/settings?section=keys&open=%2B', prepare: dialog },
  { name: 'new-operator', path: '/settings?section=operators&open=%2B', prepare: dialog },
  { name: 'approver-key', path: '/settings?section=operators&open=%2Bkey', prepare: dialog },
  {
    name: 'maintenance',
    path: '/settings?section=general',
    prepare: (page) => opened(page, page.locator('section button:not([type=submit])').last()),
  },
  ...['data', 'upstream', 'librechat', 'administrator', 'mail', 'plan', 'finish'].map((step) => ({
    name: `setup-${step}`,
    path: `/setup?step=${step}`,
  })),
  {
    name: 'operator-menu',
    path: '/users',
    prepare: (page) => opened(page, page.locator('section button:has(span.visually-hidden)').first()),
  },
  {
    name: 'palette',
    path: '/users',
    async prepare(page) {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('ana');
      await page.getByRole('dialog').getByText('@example.com').first().waitFor();
    },
  },
  {
    name: 'shortcuts',
    path: '/users',
    async prepare(page) {
      await page.keyboard.press('?');
      await dialog(page);
    },
  },
  { name: 'not-found', path: '/nowhere' },
];

/** On a gateway that nobody has used yet. */
export const EMPTY_SCREENS: readonly Screen[] = [
  { name: 'empty-setup', path: '/' },
  {
    name: 'empty-overview',
    path: '/users',
    prepare: (page) => page.locator('nav a').first().click(),
  },
  { name: 'empty-users', path: '/users' },
  { name: 'empty-requests', path: '/requests' },
  { name: 'empty-alerts', path: '/alerts' },
  { name: 'empty-reports', path: '/reports' },
  { name: 'empty-quality', path: '/reports?part=quality' },
  { name: 'empty-departments', path: '/plans?part=departments' },
  { name: 'empty-models', path: '/plans?part=models' },
  { name: 'empty-refusals', path: '/activity?part=refusals' },
  { name: 'empty-jobs', path: '/activity?part=jobs' },
  { name: 'empty-outbox', path: '/activity?part=outbox' },
  { name: 'empty-usage', path: '/activity?part=usage' },
  { name: 'empty-upstreams', path: '/settings?section=upstreams' },
  { name: 'empty-backups', path: '/settings?section=backups' },
  { name: 'empty-setup-librechat', path: '/setup?step=librechat' },
  { name: 'empty-setup-finish', path: '/setup?step=finish' },
];

/** What failed is told only after it was tried again. */
const told = (page: Page) => page.locator('main [role=alert]').first().waitFor();

/** While the gateway answers every question with a failure. */
export const FAILING_SCREENS: readonly Screen[] = [
  { name: 'failing-overview', path: '/', prepare: told },
  { name: 'failing-users', path: '/users', prepare: told },
  { name: 'failing-settings', path: '/settings?section=upstreams', prepare: told },
];

/** Before anybody has signed in. */
export const SIGN_IN_SCREENS: readonly Screen[] = [
  { name: 'sign-in', path: '/', prepare: (page) => page.locator('input[type=password]').waitFor() },
  {
    name: 'sign-in-wrong',
    path: '/',
    async prepare(page) {
      await page.locator('input[type=email]').fill('somebody@example.com');
      await page.locator('input[type=password]').fill('wrong password');
      await page.locator('button[type=submit]').click();
      await page.locator('[role=alert], [aria-invalid=true]').first().waitFor();
    },
  },
];
