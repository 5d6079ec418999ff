/** A gateway with mail, and users whose use can be set to a share of their limit. */
import type { TestContext } from 'node:test';
import { spendTokens } from '../accounts/account-kit.ts';
import { type Post, type PostOptions, post } from '../mail/mail-kit.ts';

export interface AlertOffice extends Post {
  /** A user with a limit of 1,000 tokens. @returns the id */
  person(email: string, more?: Record<string, unknown>): Promise<string>;
  /** Meters `tokens`, and waits for what follows from it. */
  use(userId: string, tokens: number): Promise<void>;
  /** Waits until everything is evaluated, and the mails have left. */
  settled(): Promise<void>;
  /** Open alerts of a user, newest first. */
  open(userId: string): Promise<string[]>;
  /** Subjects of the mails to an address, oldest first; greetings are left out. */
  mails(to: string): Promise<string[]>;
}

export async function alertOffice(t: TestContext, options: PostOptions = {}): Promise<AlertOffice> {
  const built = await post(t, { ...options, config: { notices: { welcome: false }, ...options.config } });
  const { gateway, context, api, smtp } = built;
  const settled = async () => {
    await gateway.background.alerts.flush();
    await built.deliver();
  };
  return {
    ...built,
    settled,
    async person(email, more = {}) {
      const user = await built.user(email, { monthlyLimit: 1_000, ...more });
      return user.id;
    },
    async use(userId, tokens) {
      await spendTokens(context, { userId, tokens });
      await context.events.emit({ kind: 'request_settled', userId });
      await settled();
    },
    async open(userId) {
      await settled();
      const { body } = await api(`/api/admin/alerts?user=${userId}`);
      return body.items.map(({ kind }: { kind: string }) => kind);
    },
    async mails(to) {
      await settled();
      return smtp.received.filter((mail) => mail.to === to).map(({ subject }) => subject);
    },
  };
}
