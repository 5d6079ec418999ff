/** What the tables of forms share. */
import type { Page } from 'playwright-core';

/** Longer than any line may be. */
export const LONG = 'x'.repeat(501);
export const TOO_MANY = '9000000000000';

export const drawer = (part: string, open: string) => `/plans?part=${part}&open=${encodeURIComponent(open)}`;
export const section = (name: string, open?: string) =>
  `/settings?section=${name}${open === undefined ? '' : `&open=${encodeURIComponent(open)}`}`;
export const button = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click();
