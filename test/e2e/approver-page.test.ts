/** The page of offline approvals, on its real handlers: accessible in every state, both themes, on any width. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { approverFiles, createApprover } from '../../electron/main/approver/approver.ts';
import { keepApproverKey } from '../../electron/main/approver/approver-key.ts';
import { trustedKeys } from '../../electron/main/approver/trusted-keys.ts';
import { jsonFile } from '../../electron/main/files/json-file.ts';
import type { RequestsPayload } from '../../gateway/contract/packets.ts';
import { openDecisions, sealPacket } from '../../gateway/packets/files.ts';
import { newKeyPair } from '../../gateway/packets/signing.ts';
import { buildIfStale } from '../../resources/scripts/build.ts';
import { root } from '../../resources/scripts/run.ts';
import { startBrowser } from '../support/browser.ts';
import { temporaryDir } from '../support/build.ts';
import { violationsOf } from '../support/console.ts';

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** Serves the built pages, as the app's own scheme does. @returns the address */
async function servePages(t: TestContext): Promise<string> {
  await buildIfStale();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    try {
      const content = readFileSync(join(root, 'out/renderer', path));
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'image/svg+xml' }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function packet(now: number): string {
  const user = { id: 'usr_1', name: 'Ana Lima', email: 'ana@example.com', plan: 'basic', monthlyLimit: 1_000_000 };
  const figures = { used: 900_000, credits: 0, usage30Days: 900_000, granted90Days: 0 };
  const requests: RequestsPayload['requests'] = [1001, 1002].map((number) => ({
    id: `tkt_${number}`,
    number,
    kind: 'credits',
    urgency: 'high',
    amount: 500_000,
    message: 'Release week',
    conversation: [],
    createdAt: now - 60_000,
    dueAt: now + 60_000,
    user: { ...user, ...figures },
    digest: 'ab'.repeat(32),
  }));
  const times = { createdAt: now - 60_000, expiresAt: now + 3_600_000 };
  const payload = { installation: 'ins_1', nonce: 'n1', ...times, currency: 'BRL', pricePerMillion: 50_000_000 };
  return JSON.stringify(sealPacket({ ...payload, requests }, newKeyPair()));
}

/** Opens the page with the app's own handlers behind it; `choose` names the file that a person picks. */
async function openPage(t: TestContext, page: Page, folder: string, choose: () => string) {
  const files = approverFiles(folder);
  const { handlers } = createApprover({
    keys: keepApproverKey(
      {
        isAvailable: async () => true,
        encrypt: async (text) => Buffer.from(text).reverse(),
        decrypt: async (bytes) => ({ text: Buffer.from(bytes).reverse().toString(), stale: false }),
      },
      files.key,
    ),
    trusted: jsonFile(files.trusted, trustedKeys, {}, () => undefined),
    chooseFile: async () => choose(),
    chooseTarget: async () => join(folder, 'decisions.solaris'),
    now: Date.now,
  });
  await page.exposeFunction('askApp', async (name: keyof typeof handlers, input: unknown) => ({
    ok: true,
    data: await handlers[name](input as never),
  }));
  await page.addInitScript(() => {
    const { askApp } = window as unknown as { askApp(name: string, input?: unknown): Promise<unknown> };
    Object.assign(window, {
      approver: {
        key: () => askApp('approver.key'),
        makeKey: () => askApp('approver.makeKey'),
        open: () => askApp('approver.open'),
        opened: () => askApp('approver.opened'),
        trust: (digest: string) => askApp('approver.trust', { digest }),
        decide: (digest: string, decisions: unknown) => askApp('approver.decide', { digest, decisions }),
        onOpened: () => () => undefined,
      },
    });
  });
  await page.goto(`${await servePages(t)}/approver.html`);
}

test('a key is made, a packet opened, compared, decided and signed; each state is accessible', async (t) => {
  const browser = await startBrowser(t);
  if (!browser) return;
  const page = await browser.open();
  const folder = temporaryDir(t);
  const good = join(folder, 'requests.solaris');
  const bad = join(folder, 'photo.solaris');
  writeFileSync(good, packet(Date.now()));
  writeFileSync(bad, 'no packet');
  let chosen = bad;
  await openPage(t, page, folder, () => chosen);
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
