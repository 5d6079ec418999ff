/** The page of offline approvals, on its real handlers: accessible in every state, both themes, on any width. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDecisions } from '../../gateway/packets/files.ts';
import { openApproverPage, requestsFile, servePages } from '../support/approver-page.ts';
import { startBrowser } from '../support/browser.ts';
import { temporaryDir } from '../support/build.ts';
import { violationsOf } from '../support/console.ts';

test('a key is made, a packet opened, compared, decided and signed; each state is accessible', async (t) => {
  const browser = await startBrowser(t);
  if (!browser) return;
  const page = await browser.open();
  const folder = temporaryDir(t);
  const good = join(folder, 'requests.solaris');
  const bad = join(folder, 'photo.solaris');
  writeFileSync(good, requestsFile(Date.now()));
  writeFileSync(bad, 'no packet');
  let chosen = bad;
  const pages = await servePages();
  t.after(() => pages.close());
  await openApproverPage(page, pages.url, folder, () => chosen);
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const look = async (where: string) => {
    for (const [colorScheme, width] of [
      ['light', 1100],
      ['dark', 390],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      assert.deepEqual(await violationsOf(page), [], where);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${where} scrolls sideways by ${overflow}`);
    }
  };
  await button('Make my key').waitFor();
  await look('without a key');
  await button('Make my key').click();
  await button('Copy').waitFor();
  await button(/^Open/).click();
  await page.getByRole('alert').getByText('photo.solaris').waitFor();
  await look('a file that is no packet');
  chosen = good;
  await button(/^Open/).click();
  await page.getByRole('heading', { name: 'requests.solaris' }).waitFor();
  await look('a gateway that is not known');
  await button('They are the same').click();
  await page.getByRole('radio', { name: 'Approve' }).first().check();
  await page.getByRole('radio', { name: 'Reject' }).last().check();
  await look('a reason is missing');
  await page.getByLabel('Reason').fill('Too much for this month.');
  await page.getByRole('button', { name: /^Sign/ }).click();
  await page.getByText('decisions.solaris').waitFor();
  await look('signed');
  const { payload } = openDecisions(readFileSync(join(folder, 'decisions.solaris'), 'utf8'));
  assert.deepEqual(
    payload.decisions.map(({ decision }) => decision),
    ['approve', 'reject'],
  );
});
