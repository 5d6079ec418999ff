/** Sign-in links by e-mail: single use, for a quarter of an hour. Seeing a link's page changes nothing; entering consumes it. */
import { randomBytes } from 'node:crypto';
import { and, eq, gt, isNull, lt, ne, or } from 'drizzle-orm';
import type { Settings } from '../config/settings.ts';
import type { GatewayContext } from '../context.ts';
import type { Peek } from '../contract/portal.ts';
import type { Tx } from '../db/database.ts';
import { IdentityError, validEmail } from '../identity/identity-headers.ts';
import { hashKey } from '../keys/key-hash.ts';
import { canSendMail } from '../mail/transport.ts';
import { ApiError } from '../ops/api-error.ts';
import { mailLink } from './mails.ts';
import { openPortalSession, type PortalSecrets } from './sessions.ts';

export const LINK_MINUTES = 15;
const LIFE_MS = LINK_MINUTES * 60_000;
/** So that nobody can fill somebody's mailbox. */
const MOST_AN_HOUR = 5;
const HOUR_MS = 3_600_000;

/** Whether links can be mailed: to an address that leads here, with a server that takes mail. */
export function canMailLinks({ publicUrl, smtp }: Settings): boolean {
  return publicUrl !== null && canSendMail(smtp);
}

/**
 * Mails a sign-in link to the user with this address. Nobody learns whether there is one.
 *
 * @param target path within the portal
 * @returns whether a link was made
 */
export async function sendLink(context: GatewayContext, email: string, target: string): Promise<boolean> {
  const address = readAddress(email);
  const { publicUrl } = context.settings.current();
  if (address === null || publicUrl === null) return false;
  return context.db.tx(async (tx) => {
    const { users, portalLinks } = tx.tables;
    const [user] = await tx
      .select()
      .from(users)
      .where(and(eq(users.email, address), ne(users.status, 'deleted')));
    if (!user) return false;
    const now = context.clock.now();
    // Those of the future were made under a clock that was wrong: they would count, and be good, until then.
    const isOutdated = or(lt(portalLinks.createdAt, now - HOUR_MS), gt(portalLinks.createdAt, now + HOUR_MS));
    await tx.delete(portalLinks).where(isOutdated);
    if ((await tx.$count(portalLinks, eq(portalLinks.userId, user.id))) >= MOST_AN_HOUR) return false;
    const secret = randomBytes(32).toString('base64url');
    await tx.insert(portalLinks).values({
      hash: hashKey(secret),
      userId: user.id,
      target,
      createdAt: now,
      expiresAt: now + LIFE_MS,
    });
    await mailLink(context, tx, {
      userId: user.id,
      // After the "#": browsers send it to nobody, so that it stands in no log and in no referrer.
      path: `/portal/enter#${secret}`,
      minutes: LINK_MINUTES,
      expiresAt: now + LIFE_MS,
    });
    return true;
  });
}

/** Who the link signs in; changes nothing. @throws ApiError 401 when it is not good (any more) */
export async function peekLink({ db, clock }: GatewayContext, secret: string): Promise<Peek> {
  const { users, portalLinks } = db.tables;
  const [row] = await db
    .select({ email: users.email, name: users.name, expiresAt: portalLinks.expiresAt })
    .from(portalLinks)
    .innerJoin(users, eq(users.id, portalLinks.userId))
    .where(
      and(
        eq(portalLinks.hash, hashKey(secret)),
        isNull(portalLinks.usedAt),
        gt(portalLinks.expiresAt, clock.now()),
        ne(users.status, 'deleted'),
      ),
    );
  if (!row) throw badLink();
  return { ...row, email: row.email ?? '' };
}

/** Signs in, once. @throws ApiError 401 when the link is not good (any more) */
export async function enterByLink(
  context: GatewayContext,
  tx: Tx,
  secret: string,
): Promise<{ secrets: PortalSecrets; target: string }> {
  const { users, portalLinks } = tx.tables;
  const now = context.clock.now();
  const [link] = await tx
    .update(portalLinks)
    .set({ usedAt: now })
    .where(and(eq(portalLinks.hash, hashKey(secret)), isNull(portalLinks.usedAt), gt(portalLinks.expiresAt, now)))
    .returning();
  if (!link) throw badLink();
  const [user] = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, link.userId), ne(users.status, 'deleted')));
  if (!user) throw badLink();
  const secrets = await openPortalSession(tx, context.clock, user.id, null);
  await writeEntry(context, tx, secrets, 'link');
  return { secrets, target: link.target };
}

/** Notes who signed in, and how. */
export async function writeEntry(
  context: GatewayContext,
  tx: Tx,
  { userId, sessionId }: PortalSecrets,
  by: 'link' | 'key',
): Promise<void> {
  await context.audit.write(tx, {
    actor: { kind: 'user', id: userId },
    action: 'user.signed_in',
    target: { kind: 'user', id: userId },
    details: { sessionId, by },
  });
}

function badLink(): ApiError {
  return new ApiError(401, 'link_not_valid', 'This link was used already or has expired. Ask for a new one.');
}

function readAddress(text: string): string | null {
  try {
    return /[\p{Cc}\p{Cs}]/u.test(text) ? null : validEmail(text.trim());
  } catch (error) {
    if (error instanceof IdentityError) return null;
    throw error;
  }
}
