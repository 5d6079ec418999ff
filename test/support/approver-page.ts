/** The page of offline approvals on its real handlers, without the app around it. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { approverFiles, createApprover } from '../../electron/main/approver/approver.ts';
import { keepApproverKey } from '../../electron/main/approver/approver-key.ts';
import { trustedKeys } from '../../electron/main/approver/trusted-keys.ts';
import { jsonFile } from '../../electron/main/files/json-file.ts';
import type { RequestsPayload } from '../../gateway/contract/packets.ts';
import { sealPacket } from '../../gateway/packets/files.ts';
import { newKeyPair } from '../../gateway/packets/signing.ts';
import { buildIfStale } from '../../resources/scripts/build.ts';
import { root } from '../../resources/scripts/run.ts';

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

export interface PageServer {
  readonly url: string;
  close(): void;
}

/** Serves the built pages, as the app's own scheme does. */
export async function servePages(): Promise<PageServer> {
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
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** A file with two requests, as a gateway that nobody knows would make it. */
export function requestsFile(now: number): string {
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

/**
 * Opens the page with the app's own handlers behind it; `choose` names the file that a person picks.
 *
 * @param keychain what the system's keychain waits for
 */
export async function openApproverPage(
  page: Page,
  url: string,
  folder: string,
  choose: () => string,
  keychain: Promise<void> = Promise.resolve(),
): Promise<void> {
  const files = approverFiles(folder);
  const { handlers } = createApprover({
    keys: keepApproverKey(
      {
        isAvailable: async () => true,
        encrypt: async (text) => {
          await keychain;
          return Buffer.from(text).reverse();
        },
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
  await page.goto(`${url}/approver.html`);
}
