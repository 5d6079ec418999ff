/** A gateway with a real mail server beside it, and a clock that stands still. */
import type { TestContext } from 'node:test';
import { SYSTEM } from '../../gateway/audit/audit-writer.ts';
import type { NewMail } from '../../gateway/mail/outbox.ts';
import { type Office, office } from '../accounts/account-kit.ts';
import type { BuildOptions } from '../support/build.ts';
import { type SmtpKnobs, startSmtp, type TestSmtp } from '../support/smtp.ts';

export interface Post extends Office {
  readonly smtp: TestSmtp;
  /** Puts mails into the outbox, each call in a transaction of its own. */
  enqueue(...mails: NewMail[]): Promise<(string | null)[]>;
  /** Sends what is due. */
  deliver(): Promise<void>;
  /**
   * Names the mail server, where `config: { smtp: {} }` named none: a gateway that knows one sends by itself, soon after
   * whatever is put into the outbox.
   */
  connect(): Promise<void>;
}

export interface PostOptions extends BuildOptions {
  config?: object;
  smtp?: SmtpKnobs;
}

export const SMTP = { from: 'ia@example.com', user: null, password: null };

export async function post(t: TestContext, { smtp: knobs, config, ...options }: PostOptions = {}): Promise<Post> {
  const smtp = await startSmtp(t, knobs);
  const settings = { host: '127.0.0.1', port: smtp.port, ...SMTP };
  const built = await office(t, { ...options, config: { smtp: settings, notices: { welcome: false }, ...config } });
  const { mail, db, settings: stored } = built.context;
  return {
    ...built,
    smtp,
    enqueue: (...mails) => db.tx((tx) => mail.enqueue(tx, ...mails)),
    deliver: () => mail.deliverDue(),
    async connect() {
      await stored.set({ 'smtp.host': '127.0.0.1', 'smtp.port': smtp.port, 'smtp.from': SMTP.from }, SYSTEM);
    },
  };
}

/** A message of an administrator. */
export function message(userId: string, subject: string): NewMail {
  return { kind: 'message', to: { userId }, data: { subject, body: `About ${subject}.` } };
}
