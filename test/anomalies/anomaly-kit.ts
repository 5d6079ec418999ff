/** People with a history, whose unusual use is looked for when a test says so. */
import type { TestContext } from 'node:test';
import { spendTokens, type Use } from '../accounts/account-kit.ts';
import { type AlertOffice, alertOffice } from '../alerts/alert-kit.ts';
import type { PostOptions } from '../mail/mail-kit.ts';

export const ROOT = 'root@example.com';
export const DAY_MS = 86_400_000;
export const MINUTE_MS = 60_000;

export interface Lookout extends AlertOffice {
  /** A person who used about so many tokens on each of the last 20 days. @returns the id */
  regular(email: string, tokens?: number, more?: Record<string, unknown>): Promise<string>;
  /** The next look of the clock. */
  look(): Promise<void>;
  /** The user's alerts of unusual use, newest first, whether open or not. */
  // biome-ignore lint/suspicious/noExplicitAny: JSON of the API under test
  anomalies(userId: string): Promise<any[]>;
}

export async function lookout(t: TestContext, options: PostOptions = {}): Promise<Lookout> {
  const operators = [
    { email: ROOT, password: 'correct horse battery', role: 'admin' },
    { email: 'viewer@example.com', password: 'correct horse battery', role: 'viewer' },
  ];
  const built = await alertOffice(t, { ...options, config: { operators, ...options.config } });
  const { api, clock, context, gateway } = built;
  return {
    ...built,
    async regular(email, tokens = 20_000, more = {}) {
      const today = clock.now();
      const { id } = await built.user(email, { monthlyLimit: null, ...more });
      for (let day = 20; day > 0; day--) {
        clock.set(today - day * DAY_MS);
        await spendTokens(context, { userId: id, tokens: tokens + day } satisfies Use);
      }
      clock.set(today);
      return id;
    },
    async look() {
      clock.advance(3 * MINUTE_MS);
      await gateway.background.anomalies.runDue();
    },
    async anomalies(userId) {
      return (await api(`/api/admin/alerts?kind=anomaly&status=all&user=${userId}`)).body.items;
    },
  };
}
