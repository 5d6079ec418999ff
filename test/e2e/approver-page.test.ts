/** The page of offline approvals, on its real handlers: accessible in every state, both themes, on any width. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDecisions } from '../../gateway/packets/files.ts';
import { violationsOf } from '../support/accessible.ts';
import { openApproverPage, requestsFile, servePages } from '../support/approver-page.ts';
import { startBrowser } from '../support/browser.ts';
import { temporaryDir } from '../support/build.ts';

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

test('a file that is opened while the key is being made is opened once the key is there', async (t) => {
  const browser = await startBrowser(t);
  if (!browser) return;
  const folder = temporaryDir(t);
  const file = join(folder, 'requests.solaris');
  writeFileSync(file, requestsFile(Date.now()));
  const pages = await servePages();
  t.after(() => pages.close());
  const page = await browser.open();
  const keychain = Promise.withResolvers<void>();
  let chosen = 0;
  const choose = () => {
    chosen++;
    return file;
  };
  await openApproverPage(page, pages.url, folder, choose, keychain.promise);
  await page.getByRole('button', { name: 'Make my key' }).click();
  const open = page.getByRole('button', { name: /^Open/ });
  await open.click();
  await open.click();
  assert.equal(chosen, 0, 'one thing at a time');
  keychain.resolve();
  await page.getByRole('button', { name: 'They are the same' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Copy' }).count(), 1, 'the key is there');
  assert.equal(chosen, 1, 'asked for twice, done once');
});

test('what is no decision is told at its field, and nothing typed is lost to another file or a new start', async (t) => {
  const browser = await startBrowser(t);
  if (!browser) return;
  const folder = temporaryDir(t);
  const good = join(folder, 'requests.solaris');
  const bad = join(folder, 'photo.solaris');
  const large = join(folder, 'film.solaris');
  writeFileSync(good, requestsFile(Date.now()));
  writeFileSync(bad, 'no packet');
  writeFileSync(large, Buffer.alloc(30_000_001));
  let chosen = good;
  const pages = await servePages();
  t.after(() => pages.close());
  const page = await browser.open();
  await openApproverPage(page, pages.url, folder, () => chosen);
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  await button('Make my key').click();
  await button(/^Open/).click();
  await button('They are the same').click();
  const amount = page.getByLabel(/^Tokens/);
  const reason = page.getByLabel('Reason for the user');
  const sign = button(/^Sign/);
  const told = async (field: typeof amount, words: string) => {
    await page.getByText(words).waitFor();
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    await sign.click();
    assert.equal(await field.evaluate((input) => input === document.activeElement), true, words);
  };
  await page.getByRole('radio', { name: 'Approve' }).first().check();
  for (const typed of ['', ' ', 'many', '1.5', '-5', '0', '9000000000000']) {
    await amount.fill(typed);
    await told(amount, 'Enter a whole number of tokens, from 1 to a trillion.');
  }
  await amount.fill('250.000');
  await page.getByLabel(/^Message to the user/).fill('x'.repeat(2_001));
  await told(page.getByLabel(/^Message to the user/), 'At most 2,000 characters.');
  await page.getByLabel(/^Message to the user/).fill('With pleasure.');
  await page.getByRole('radio', { name: 'Reject' }).last().check();
  await told(reason, 'Say why: the user reads it.');
  await reason.fill('x'.repeat(501));
  await told(reason, 'At most 500 characters.');
  assert.equal((await reason.inputValue()).length, 501, 'nothing is cut off unseen');
  await reason.fill('Too much for this month.');
  const isAllThere = async (when: string) => {
    const typed = [
      await amount.inputValue(),
      await page.getByLabel(/^Message/).inputValue(),
      await reason.inputValue(),
    ];
    assert.deepEqual(typed, ['250.000', 'With pleasure.', 'Too much for this month.'], when);
  };
  for (const [file, words] of [
    [bad, 'This is no file of requests of IA Solaris.'],
    [large, 'The file is too large to be a file of requests.'],
    [join(folder, 'gone.solaris'), 'The file cannot be read.'],
  ] as const) {
    chosen = file;
    await button(/^Open/).click();
    await page.getByRole('alert').getByText(words).waitFor();
    await isAllThere(words);
  }
  await page.reload();
  await reason.waitFor();
  await isAllThere('after a new start');
  await sign.dblclick();
  await page.getByText('decisions.solaris').waitFor();
  const { payload } = openDecisions(readFileSync(join(folder, 'decisions.solaris'), 'utf8'));
  assert.deepEqual(
    payload.decisions.map((one) => (one.decision === 'approve' ? one.amount : one.reason)),
    [250_000, 'Too much for this month.'],
  );
});
