/** The decisions of the user directory, inside one transaction each. */
import { and, count, eq, gt, ne } from 'drizzle-orm';
import { searchTextOf } from '../accounts/search-text.ts';
import { type Actor, SYSTEM } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { Queries, Tables, Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { DEFAULT_PLAN } from '../db/seed.ts';
import { greet } from '../mail/greet.ts';
import type { DirectoryAnswer, KeyIdentity } from './directory.ts';
import type { ClaimedIdentity } from './identity-headers.ts';
import { mergeUser } from './merge.ts';

/** What the request path keeps of a user: nothing that can spend. */
export interface KnownUser {
  readonly id: string;
  readonly planId: string;
  readonly locale: string | null;
  /** Requests a minute until then, epoch milliseconds, beside the plan's own; null without. */
  readonly temporaryRate: { readonly perMinute: number; readonly until: number } | null;
}

interface Found extends KnownUser {
  readonly email: string | null;
  readonly name: string;
}

export interface Resolution {
  readonly result: DirectoryAnswer;
  /** A user whose identity changed, for caches to drop; null when only something was added. */
  readonly changed: string | null;
  readonly alertId: string | null;
}

const HOUR_MS = 3_600_000;

/** The user that a claim stands for, by e-mail first, without changing anything. */
export async function findUser(db: Queries, keyId: string, claim: ClaimedIdentity): Promise<Found | null> {
  return (
    (claim.email && (await byEmail(db, claim.email))) ||
    (claim.externalId && (await byLink(db, keyId, claim.externalId))) ||
    null
  );
}

/**
 * Finds or makes the user. The first link of an id wins: an e-mail that comes with somebody else's id is metered as
 * that e-mail and raises a conflict. A user known by id only takes the e-mail, or is merged into the one who has it.
 */
export function resolveInTransaction(
  context: GatewayContext,
  key: KeyIdentity,
  claim: ClaimedIdentity,
): Promise<Resolution> {
  return context.db.tx(async (tx) => {
    const actor: Actor = { kind: 'key', id: key.id };
    const { email, externalId } = claim;
    const named = email === null ? null : await byEmail(tx, email);
    const linked = externalId === null ? null : await byLink(tx, key.id, externalId);

    if (email === null) return linked ? known(linked) : provision(context, tx, key, claim);
    if (!linked) {
      if (!named) return provision(context, tx, key, claim);
      if (externalId !== null) await link(context, tx, key.id, externalId, named.id);
      return known(named);
    }
    if (named?.id === linked.id) return known(named);
    if (linked.email === null) {
      if (!named) return upgrade(context, tx, actor, linked, claim);
      await mergeUser(context, tx, { from: linked.id, into: named.id, actor });
      // As it is now: its plan may have changed.
      return known((await byEmail(tx, email)) ?? named, linked.id);
    }
    const metered = named ? known(named) : await provision(context, tx, key, { ...claim, externalId: null });
    if (metered.result.kind !== 'known') return metered;
    const alertId = await raiseConflict(context, tx, key.id, linked.id, metered.result.user.id);
    return { ...metered, alertId };
  });
}

function known(user: KnownUser, changed: string | null = null): Resolution {
  const { id, planId, locale, temporaryRate } = user;
  return {
    result: { kind: 'known', user: { id, planId, locale, temporaryRate } },
    changed,
    alertId: null,
  };
}

async function provision(
  context: GatewayContext,
  tx: Tx,
  key: KeyIdentity,
  claim: ClaimedIdentity,
): Promise<Resolution> {
  const { policy } = context.settings.current();
  const now = context.clock.now();
  const { users } = tx.tables;
  const refused = (reason: 'known_users_only' | 'email_domain' | 'too_many_new_users'): Resolution => ({
    result: { kind: 'refused', reason },
    changed: null,
    alertId: null,
  });

  if (policy.provisioning === 'known') return refused('known_users_only');
  const domain = claim.email?.slice(claim.email.lastIndexOf('@') + 1);
  if (policy.allowedEmailDomains.length > 0 && !(domain && policy.allowedEmailDomains.includes(domain))) {
    return refused('email_domain');
  }
  const [made] = await tx
    .select({ users: count() })
    .from(users)
    .where(and(eq(users.provisionedBy, key.id), gt(users.createdAt, now - HOUR_MS)));
  if ((made?.users ?? 0) >= (key.newUsersPerHour ?? policy.newUsersPerHour)) return refused('too_many_new_users');

  const id = newId('usr', now);
  const name = claim.name ?? claim.email?.slice(0, claim.email.lastIndexOf('@')) ?? '';
  const status = policy.provisioning === 'approve' ? 'pending' : 'active';
  await tx.insert(users).values({
    id,
    email: claim.email,
    name,
    searchText: searchTextOf({ name, email: claim.email }),
    status,
    planId: DEFAULT_PLAN,
    provisionedBy: key.id,
    createdAt: now,
    updatedAt: now,
  });
  if (claim.externalId !== null) await link(context, tx, key.id, claim.externalId, id);
  await context.audit.write(tx, {
    actor: { kind: 'key', id: key.id },
    action: 'user.provisioned',
    target: { kind: 'user', id },
    details: { plan: DEFAULT_PLAN, status },
    personal: { subjectId: id, data: { email: claim.email, name } },
  });
  // Whoever waits for approval is greeted when it comes.
  if (claim.email !== null && status === 'active') await greet(context, tx, id);
  return known({ id, planId: DEFAULT_PLAN, locale: null, temporaryRate: null });
}

async function upgrade(
  context: GatewayContext,
  tx: Tx,
  actor: Actor,
  user: Found,
  claim: ClaimedIdentity,
): Promise<Resolution> {
  const { users } = tx.tables;
  const name = user.name || claim.name || claim.email?.slice(0, claim.email.lastIndexOf('@')) || '';
  const { email } = claim;
  await tx
    .update(users)
    .set({ email, name, searchText: searchTextOf({ name, email }), updatedAt: context.clock.now() })
    .where(eq(users.id, user.id));
  await context.audit.write(tx, {
    actor,
    action: 'user.email_learned',
    target: { kind: 'user', id: user.id },
    personal: { subjectId: user.id, data: { email: claim.email, name } },
  });
  await greet(context, tx, user.id);
  return known(user, user.id);
}

async function link(context: GatewayContext, tx: Tx, keyId: string, externalId: string, userId: string): Promise<void> {
  await tx.insert(tx.tables.identityLinks).values({ keyId, externalId, userId, createdAt: context.clock.now() });
}

/** One open alert for each pair of users that a key mixes up. */
async function raiseConflict(
  context: GatewayContext,
  tx: Tx,
  keyId: string,
  linkedUserId: string,
  meteredUserId: string,
): Promise<string | null> {
  const { alerts } = tx.tables;
  const now = context.clock.now();
  const [made] = await tx
    .insert(alerts)
    .values({
      id: newId('alr', now),
      kind: 'identity_conflict',
      userId: linkedUserId,
      period: context.calendar().period(now).id,
      dedupeKey: `identity_conflict:${keyId}:${linkedUserId}:${meteredUserId}`,
      details: { keyId, linkedUserId, meteredUserId },
      createdAt: now,
    })
    .onConflictDoNothing()
    .returning({ id: alerts.id });
  if (!made) return null;
  await context.audit.write(tx, {
    actor: SYSTEM,
    action: 'identity.conflict',
    target: { kind: 'user', id: linkedUserId },
    details: { keyId, meteredUserId, alertId: made.id },
  });
  return made.id;
}

async function byEmail(db: Queries, email: string): Promise<Found | null> {
  const { users } = db.tables;
  const [row] = await db.select(columnsOf(users)).from(users).where(eq(users.email, email));
  return row ? asFound(row) : null;
}

async function byLink(db: Queries, keyId: string, externalId: string): Promise<Found | null> {
  const { identityLinks, users } = db.tables;
  const [row] = await db
    .select(columnsOf(users))
    .from(identityLinks)
    .innerJoin(users, eq(users.id, identityLinks.userId))
    .where(and(eq(identityLinks.keyId, keyId), eq(identityLinks.externalId, externalId)));
  return row ? asFound(row) : null;
}

/** A user who is not deleted, by id. */
export async function byUserId(db: Queries, userId: string): Promise<KnownUser | null> {
  const { users } = db.tables;
  const [row] = await db
    .select(columnsOf(users))
    .from(users)
    .where(and(eq(users.id, userId), ne(users.status, 'deleted')));
  return row ? asFound(row) : null;
}

function columnsOf({ id, planId, locale, email, name, temporaryRate, temporaryRateUntil }: Tables['users']) {
  return { id, planId, locale, email, name, temporaryRate, temporaryRateUntil };
}

type Columns = Pick<Tables['users']['$inferSelect'], keyof ReturnType<typeof columnsOf>>;

function asFound({ temporaryRate: perMinute, temporaryRateUntil: until, ...row }: Columns): Found {
  return { ...row, temporaryRate: perMinute === null || until === null ? null : { perMinute, until } };
}
