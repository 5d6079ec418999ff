/** The console of a real gateway in a real browser, for tests of its screens. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { newId } from '../../gateway/db/ids.ts';
import type { Role } from '../../gateway/db/json-columns.ts';
import { hashPassword } from '../../gateway/operators/password.ts';
import { revokeSessions } from '../../gateway/operators/sessions.ts';
import { type PageOptions, startBrowser } from './browser.ts';
import { type BuildOptions, type Built, build } from './build.ts';

const PASSWORD = 'correct horse battery';
/** Nobody is led to the set-up. */
const SET_UP = { SETUP_FINISHED: 'true' };

export interface ConsoleKit extends Built {
  /** Opens a page and signs in there as an operator of the role, made for it. */
  signIn(role: Role, path?: string, options?: PageOptions): Promise<SignedInPage>;
  /** Makes users with these names. @returns their ids */
  users(names: readonly string[]): Promise<string[]>;
  /** Enters the portal as a user, by a personal key. @returns what calls of theirs need */
  enter(userId: string): Promise<{ headers: { authorization: string } }>;
  /** Asks for credits in the portal. */
  ask(userId: string, amount: number): Promise<void>;
}

export interface SignedInPage {
  readonly page: Page;
  readonly email: string;
  /** Ends all of the operator's sessions, as another device would. */
  endSessions(): Promise<void>;
  /** Types the password where the page asks for it. */
  enterPassword(): Promise<void>;
}

/** @returns null where no browser can run: the test is skipped then */
export async function openConsole(t: TestContext, options: BuildOptions = {}): Promise<ConsoleKit | null> {
  // Before the gateway, so that it is closed before it: a page that outlives the gateway complains that it is gone.
  const browser = await startBrowser(t);
  if (!browser) return null;
  const built = await build(t, { ...options, env: { ...SET_UP, ...options?.env } });
  let operators = 0;

  const enter = async (userId: string) => {
    const key = await built.api('/api/admin/keys', { body: { kind: 'personal', name: 'test', userId } });
    const headers = { authorization: '' };
    const entered = await built.api('/api/portal/enter', { headers, body: { key: key.body.secret } });
    return { headers: { authorization: `Bearer ${entered.body.token}` } };
  };
  return {
    ...built,
    enter,
    async ask(userId, amount) {
      const body = { amount, justification: 'The month is long.', urgency: 'high' };
      const answer = await built.api('/api/tokens/purchase', { ...(await enter(userId)), body });
      if (answer.status !== 201) throw new Error(`Nothing was asked: ${JSON.stringify(answer.body)}`);
    },
    async signIn(role, path = '/', pageOptions = {}) {
      const email = `${role}${++operators}@example.com`;
      const { db, clock, events } = built.context;
      const now = clock.now();
      const id = newId('opr', now);
      const passwordHash = await hashPassword(PASSWORD);
      const made = { createdAt: now, updatedAt: now };
      await db.insert(db.tables.operators).values({ id, email, name: '', role, passwordHash, ...made });
      const page = await browser.open(pageOptions);
      await page.goto(`${built.url}/admin${path}`);
      await page.locator('input[type=email]').fill(email);
      const enterPassword = async () => {
        const form = page.locator('form', { has: page.locator('input[type=email]') });
        const password = 'input[autocomplete=current-password]';
        await form.locator(password).fill(PASSWORD);
        await form
          .filter({ has: page.locator(password) })
          .locator('button[type=submit]')
          .click();
      };
      await enterPassword();
      await page.getByRole('navigation').first().waitFor();
      await page.locator('[data-state=live]').waitFor();
      return {
        page,
        email,
        enterPassword,
        async endSessions() {
          await db.tx((tx) => revokeSessions(tx, clock, id));
          await events.emit({ kind: 'operator_changed', operatorId: id });
        },
      };
    },
    async users(names) {
      const ids: string[] = [];
      for (const name of names) {
        const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.com`;
        const { body } = await built.api('/api/admin/users', { body: { email, name, reason: 'test' } });
        ids.push(body.id);
      }
      return ids;
    },
  };
}

/** The key that was just made, and what is meant for LibreChat's `.env`: both are covered until each is asked for. */
export async function shownSecret(page: Page): Promise<string> {
  const secrets = page.getByTestId('secret');
  assert.match((await secrets.first().textContent()) ?? '', /^sk-sol-\u2022+.{4}$/, 'the key is covered');
  await secrets.nth(1).waitFor();
  assert.match((await secrets.last().textContent()) ?? '', /^SOLARIS_KEY=sk-sol-\u2022+.{4}$/m, 'in the file as well');
  const reveal = page.getByRole('button', { name: 'Show what is hidden' });
  await reveal.first().click();
  await reveal.click();
  const secret = (await secrets.first().textContent()) ?? '';
  assert.match(secret, /^sk-sol-[\w-]{20,}$/);
  await page.getByText(`SOLARIS_KEY=${secret}`).waitFor();
  return secret;
}
