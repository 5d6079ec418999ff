/** What there is to see of the page on which requests are decided without a network, step after step. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openApproverPage, requestsFile, servePages } from '../../test/support/approver-page.ts';

/** The names of the pictures, in the order in which the page comes to look so. */
export const APPROVER_STATES = [
  'approver-start',
  'approver-own-key',
  'approver-wrong-file',
  'approver-unknown',
  'approver-deciding',
  'approver-signed',
] as const;

/** Walks through a page of its own, and lets `take` look at each state that it comes to. */
export async function walkApprover(page: Page, take: (name: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ia-solaris-pictures-'));
  const good = join(folder, 'requests.solaris');
  const bad = join(folder, 'photo.solaris');
  writeFileSync(good, requestsFile(Date.now()));
  writeFileSync(bad, 'no packet');
  let chosen = bad;
  const pages = await servePages();
  const buttons = page.locator('main button');
  const [start, key, wrong, unknown, deciding, signed] = APPROVER_STATES;
  try {
    await openApproverPage(page, pages.url, folder, () => chosen);
    // One makes a key, the other opens a file.
    await buttons.nth(1).waitFor();
    await take(start);
    await buttons.first().click();
    await page.locator('main code').first().waitFor();
    await take(key);
    await buttons.last().click();
    await page.getByText('photo.solaris').waitFor();
    await take(wrong);
    chosen = good;
    await buttons.last().click();
    await page.locator('h2', { hasText: 'requests.solaris' }).waitFor();
    await take(unknown);
    // What is signed has a kind; what is compared has none.
    await page.locator('main button:not([data-kind])').last().click();
    await page.locator('input[type=radio]').nth(1).check();
    await page.locator('input[type=radio]').last().check();
    await page.locator('textarea').last().fill('2027');
    await take(deciding);
    await buttons.last().click();
    await page.getByText('decisions.solaris').waitFor();
    await take(signed);
  } finally {
    pages.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
