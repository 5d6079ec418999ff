/** Gateways to take pictures of, and a browser to take them with. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import type { List } from '../../gateway/contract/common.ts';
import type { RunningOut } from '../../gateway/contract/reports.ts';
import type { Ticket } from '../../gateway/contract/tickets.ts';
import type { User } from '../../gateway/contract/users.ts';
import { BROWSER_FLAGS, findBrowser } from '../../test/support/browser.ts';
import { freePort } from '../../test/support/ports.ts';
import { buildIfStale } from './build.ts';
import { STANDINGS, type Standing } from './portal-screens.ts';
import { root } from './run.ts';

export type Locale = 'en' | 'pt-BR';
export const EMAIL = 'owner@example.com';
export const PASSWORD = 'correct horse battery';

export async function startBrowser(): Promise<Browser> {
  await buildIfStale();
  const executablePath = await findBrowser();
  if (executablePath === null) throw new Error('No browser can run here: set CHROMIUM_PATH to a Chrome or Chromium.');
  return chromium.launch({ executablePath, args: [...BROWSER_FLAGS] });
}

/** Runs `work` on a gateway of its own: a living team's, or a new one with nobody in it, which can mail. */
export async function onGateway(
  team: 'demo' | 'nobody',
  locale: Locale,
  work: (base: string) => Promise<void>,
): Promise<void> {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const dataDir = mkdtempSync(join(tmpdir(), 'ia-solaris-pictures-'));
  const mails = { PUBLIC_URL: base, SMTP_HOST: '127.0.0.1', SMTP_PORT: '1', FROM_EMAIL: 'ia@example.com' };
  const args = team === 'demo' ? ['--demo'] : ['--data-dir', dataDir];
  const gateway = spawn(process.execPath, [join(root, 'out/main/cli.js'), 'serve', '--port', String(port), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ADMIN_EMAIL: EMAIL,
      ADMIN_PASSWORD: PASSWORD,
      LOCALE: locale,
      ...(team === 'nobody' && mails),
    },
  });
  try {
    while (!(await fetch(`${base}/health`).catch(() => null))?.ok)
      await new Promise((resolve) => setTimeout(resolve, 200));
    if (team === 'demo') await counted(base);
    await work(base);
  } finally {
    gateway.kill('SIGTERM');
    await once(gateway, 'exit');
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Waits for what reports of weeks are read from: it is made in the background. */
async function counted(base: string): Promise<void> {
  const call = await ownerCalls(base);
  while ((await call<RunningOut>('/api/admin/stats/running-out')).asOf === null)
    await new Promise((resolve) => setTimeout(resolve, 500));
}

const NEWCOMER = { email: 'clara.nunes@example.com', name: 'Clara Nunes' };

/** Personal keys of people by how they stand, whose language is the look's. */
export async function portalKeys(base: string, locale: Locale): Promise<(who: Standing) => Promise<string>> {
  const call = await ownerCalls(base);
  const { items: users } = await call<List<User>>('/api/admin/users?limit=200&sort=-usagePercent');
  const { items: tickets } = await call<List<Ticket>>('/api/admin/requests?status=open,asked');
  return async (who) => {
    const found =
      who === 'fresh'
        ? (users.find(({ email }) => email === NEWCOMER.email) ?? (await call<User>('/api/admin/users', NEWCOMER)))
        : who === 'waiting'
          ? users.find(({ id }) => tickets.some(({ user }) => user?.id === id))
          : users.find(STANDINGS[who]);
    if (!found) throw new Error(`Nobody of the team is ${who}.`);
    await call(`/api/admin/users/${found.id}`, { locale }, 'PUT');
    const made = await call<{ secret: string }>('/api/admin/keys', {
      kind: 'personal',
      name: 'VS Code',
      userId: found.id,
    });
    return made.secret;
  };
}

type Call = <T>(path: string, body?: unknown, method?: string) => Promise<T>;

async function ownerCalls(base: string): Promise<Call> {
  const ask = async (path: string, headers: Record<string, string>, body?: unknown, method?: string) => {
    const answer = await fetch(`${base}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { token } = (await ask('/api/auth/login', {}, { email: EMAIL, password: PASSWORD })) as { token: string };
  return async <T>(path: string, body?: unknown, method?: string) =>
    (await ask(path, { authorization: `Bearer ${token}` }, body, method)) as T;
}
