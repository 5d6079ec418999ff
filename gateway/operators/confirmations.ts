/**
 * A password that was asked for again before something dangerous. What proves it is sealed for one session and a few
 * minutes, so that every gateway on the database can open it and nothing has to be kept.
 */
import type { GatewayContext } from '../context.ts';
import { ApiError } from '../ops/api-error.ts';
import type { AuthenticatedOperator } from './authenticate.ts';
import { findOperator } from './queries.ts';

/** Where a call carries it. */
export const CONFIRMATION_HEADER = 'x-confirmation';
const LIFE_MS = 5 * 60_000;
/** Nothing else that is sealed begins so. */
const PURPOSE = 'confirmation';

export interface Confirmation {
  readonly confirmation: string;
  readonly expiresAt: number;
}

/** What proves that the operator of the session has just given their password. */
export async function issueConfirmation(context: GatewayContext, sessionId: string): Promise<Confirmation> {
  const expiresAt = context.clock.now() + LIFE_MS;
  const { sealedBy, box } = await context.secrets.seal(JSON.stringify([PURPOSE, sessionId, expiresAt]));
  return { confirmation: Buffer.from(JSON.stringify([sealedBy, box])).toString('base64url'), expiresAt };
}

/**
 * Refuses an operator whose call does not carry a fresh confirmation of their session. API tokens are no people, and
 * whoever has no password, as the desktop's own owner, cannot be asked for one.
 *
 * @throws ApiError 403 `confirmation_required`
 */
export async function requireConfirmation(
  context: GatewayContext,
  { id, sessionId }: AuthenticatedOperator,
  presented: string | null,
): Promise<void> {
  if (sessionId === null) return;
  const now = context.clock.now();
  if (presented !== null && (await isGood(context, presented, sessionId, now))) return;
  const operator = await findOperator(context.db, id);
  if (operator?.passwordHash === null) return;
  throw new ApiError(403, 'confirmation_required', 'Your team asks for the password before this. Give it again.');
}

async function isGood(context: GatewayContext, presented: string, sessionId: string, now: number): Promise<boolean> {
  try {
    const [sealedBy, box] = JSON.parse(Buffer.from(presented, 'base64url').toString('utf8')) as [string, string];
    const opened = JSON.parse(await context.secrets.open({ sealedBy, box })) as unknown[];
    const [purpose, session, expiresAt] = opened;
    return purpose === PURPOSE && session === sessionId && typeof expiresAt === 'number' && expiresAt > now;
  } catch {
    // Whatever it is, it was not sealed here for this.
    return false;
  }
}
