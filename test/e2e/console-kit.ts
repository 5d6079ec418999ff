/** The built console in a real browser, on a gateway of its own. */
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { newId } from '../../gateway/db/ids.ts';
import { hashPassword } from '../../gateway/operators/password.ts';
import { revokeSessions } from '../../gateway/operators/sessions.ts';
import { type PageOptions, startBrowser } from '../support/browser.ts';
import { type BuildOptions, type Built, build } from '../support/build.ts';

const PASSWORD = 'correct horse battery';
/** Nobody is led to the set-up. */
const SET_UP = { SETUP_FINISHED: 'true' };

export interface ConsoleKit extends Built {
  /** Opens a page and signs in there as an operator of the role, made for it. */
  signIn(role: 'owner' | 'admin' | 'approver' | 'viewer', path?: string, options?: PageOptions): Promise<SignedInPage>;
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
      await db.insert(db.tables.operators).values({ id, email, name: role, role, passwordHash, ...made });
      const page = await browser.open(pageOptions);
      await page.goto(`${built.url}/admin${path}`);
      await page.locator('input[type=email]').fill(email);
      const enterPassword = async () => {
        const password = page.locator('input[autocomplete=current-password]');
        await password.fill(PASSWORD);
        await page.locator('form', { has: password }).locator('button[type=submit]').click();
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
