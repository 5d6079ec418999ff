/** The mail that brings a sign-in link. */
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';

export interface SignInMail {
  readonly userId: string;
  /** Path, query and fragment of the link, which only the receiver may read. */
  readonly path: string;
  readonly minutes: number;
  /** Epoch milliseconds: a link that comes too late helps nobody. */
  readonly expiresAt: number;
}

export async function mailLink({ mail }: GatewayContext, tx: Tx, link: SignInMail): Promise<void> {
  const { userId, path, minutes, expiresAt } = link;
  await mail.enqueue(tx, { kind: 'sign_in', to: { userId }, data: { minutes }, secret: path, expiresAt });
}
