/** What there is to see in the portal, in every state that a person may be in. */
import type { Page } from 'playwright-core';
import type { User } from '../../gateway/contract/users.ts';
import type { Screen } from './console-screens.ts';

/** Somebody of the demo's team, by how they stand. */
export type Standing =
  | 'fresh'
  | 'fine'
  | 'near'
  | 'exhausted'
  | 'unlimited'
  | 'suspended'
  | 'blocked'
  | 'pending'
  | 'waiting';

export const STANDINGS: Record<Exclude<Standing, 'fresh' | 'waiting'>, (user: User) => boolean> = {
  fine: ({ status, usagePercent, monthlyLimit }) =>
    status === 'active' && monthlyLimit !== null && usagePercent > 30 && usagePercent < 70,
  near: ({ status, usagePercent }) => status === 'active' && usagePercent >= 80 && usagePercent < 100,
  exhausted: ({ status, available }) => status === 'active' && available !== null && available < 1_000,
  unlimited: ({ monthlyLimit, used, email }) => monthlyLimit === null && used > 0 && email !== null,
  suspended: ({ status }) => status === 'suspended',
  blocked: ({ status }) => status === 'blocked',
  pending: ({ status }) => status === 'pending',
};

export interface PortalScreen extends Screen {
  readonly who: Standing;
}

const home = (who: Standing): PortalScreen => ({ name: `portal-${who}`, path: '/', who });

export const PORTAL_SCREENS: readonly PortalScreen[] = [
  home('fresh'),
  home('fine'),
  home('near'),
  home('exhausted'),
  home('unlimited'),
  home('suspended'),
  home('blocked'),
  home('pending'),
  home('waiting'),
  { name: 'portal-statement', path: '/statement', who: 'near' },
  { name: 'portal-statement-empty', path: '/statement', who: 'fresh' },
  { name: 'portal-request', path: '/request', who: 'near' },
  {
    name: 'portal-request-own',
    path: '/request',
    who: 'near',
    prepare: (page) => page.locator('input[type=radio]').nth(4).check({ force: true }),
  },
  {
    name: 'portal-requested',
    path: '/request',
    who: 'exhausted',
    async prepare(page) {
      await page.locator('textarea').fill('Release 4.2');
      await page.locator('button[type=submit]').click();
      await page.locator('main a[href*="/requests/"]').waitFor();
    },
  },
  { name: 'portal-requests', path: '/requests', who: 'waiting' },
  { name: 'portal-requests-empty', path: '/requests', who: 'fresh' },
  {
    name: 'portal-ticket',
    path: '/requests',
    who: 'waiting',
    async prepare(page) {
      await page.locator('main a[href*="/requests/"]').first().click();
      await page.locator('main dl').waitFor();
    },
  },
  { name: 'portal-support', path: '/support', who: 'near' },
  { name: 'portal-objection', path: '/support?objection=suspension', who: 'suspended' },
  { name: 'portal-keys', path: '/keys', who: 'fine' },
  {
    name: 'portal-key-made',
    path: '/keys',
    who: 'fine',
    async prepare(page) {
      await page.locator('main input').first().fill('Script');
      await page.locator('main button[type=submit]').click();
      await page.locator('main code').first().waitFor();
    },
  },
  { name: 'portal-settings', path: '/settings', who: 'near' },
  { name: 'portal-not-found', path: '/nowhere', who: 'fine' },
  {
    name: 'portal-failing',
    path: '/statement',
    who: 'fine',
    async prepare(page) {
      await page.route('**/api/me/**', (route) => route.abort());
      await page.reload();
      await page.locator('main [role=alert]').first().waitFor();
    },
  },
];

/** Before anybody has signed in. */
export const SIGNED_OUT_SCREENS: readonly Screen[] = [
  { name: 'portal-sign-in', path: '/' },
  {
    name: 'portal-link-sent',
    path: '/',
    async prepare(page) {
      await page.locator('input[type=email]').fill('ana@example.com');
      await page.locator('main button[type=submit]').click();
      await page.locator('input[type=email]').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'portal-by-key',
    path: '/',
    async prepare(page) {
      await page.locator('main button:not([type=submit])').click();
      await page.locator('input[type=password]').fill('pk-sol-wrong');
      await page.locator('main button[type=submit]').click();
      await page.locator('main [role=alert], main [aria-invalid=true]').first().waitFor();
    },
  },
  {
    name: 'portal-enter',
    path: '/enter#link',
    async prepare(page) {
      const peek = { email: 'ana@example.com', name: 'Ana', expiresAt: Date.now() + 600_000 };
      await page.route('**/api/portal/link/peek', (route) => route.fulfill({ json: peek }));
      await page.reload();
      await page.locator('main button').first().waitFor();
    },
  },
  {
    name: 'portal-enter-old',
    path: '/enter',
    prepare: (page: Page) => page.locator('main a').first().waitFor(),
  },
];
