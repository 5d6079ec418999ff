/** From a claimed identity to the user who is metered: links, first sight, upgrades and merges. */
import type { GatewayContext } from '../context.ts';
import { databaseErrorKind } from '../db/errors.ts';
import { createRemembered } from '../ops/remembered.ts';
import type { ClaimedIdentity } from './identity-headers.ts';
import { byUserId, findUser, type KnownUser, resolveInTransaction } from './resolve.ts';

/** Why a person who is not known yet may not come in. */
export interface ProvisioningRefusal {
  readonly kind: 'refused';
  readonly reason: 'known_users_only' | 'email_domain' | 'too_many_new_users' | 'deleted';
}

export type DirectoryAnswer = { kind: 'known'; user: KnownUser } | ProvisioningRefusal;

export interface KeyIdentity {
  readonly id: string;
  readonly newUsersPerHour: number | null;
}

export interface UserDirectory {
  /** The user for a claim under a service key; made on first sight where the settings allow it. */
  resolve(key: KeyIdentity, claim: ClaimedIdentity): Promise<DirectoryAnswer>;
  /** The user for a claim if it is known; makes and links nothing. */
  lookUp(key: KeyIdentity, claim: ClaimedIdentity): Promise<KnownUser | null>;
  /** The owner of a personal key. */
  byId(userId: string): Promise<KnownUser | null>;
  /** Drops what is remembered: what it led to is no longer there. */
  forget(): void;
}

export type { KnownUser } from './resolve.ts';

const REMEMBERED_USERS = 20_000;
const ATTEMPTS = 3;

export function createUserDirectory(context: GatewayContext): UserDirectory {
  const { db, events } = context;
  const remembered = createRemembered<KnownUser>(REMEMBERED_USERS);
  const underway = new Map<string, Promise<DirectoryAnswer>>();
  /** Counts what made the cache stale, so that an answer from before is not remembered after. */
  let generation = 0;
  const forget = () => {
    generation++;
    remembered.clear();
  };
  events.on(['user_changed', 'keys_changed'], forget);
  const remember = (cacheKey: string, user: KnownUser, since: number) => {
    if (since === generation) remembered.set(cacheKey, user);
  };

  const resolveNew = async (key: KeyIdentity, claim: ClaimedIdentity, cacheKey: string): Promise<DirectoryAnswer> => {
    for (let attempt = 1; ; attempt++) {
      try {
        const since = generation;
        const answer = await resolveInTransaction(context, key, claim);
        if (answer.changed) await events.emit({ kind: 'user_changed', userId: answer.changed });
        if (answer.alertId) await events.emit({ kind: 'alert_raised', alertId: answer.alertId });
        if (!answer.changed && answer.result.kind === 'known') remember(cacheKey, answer.result.user, since);
        return answer.result;
      } catch (error) {
        // Another gateway made the same user or link in the same moment: look again.
        if (databaseErrorKind(error) !== 'unique' || attempt === ATTEMPTS) throw error;
      }
    }
  };

  return {
    resolve(key, claim) {
      const cacheKey = `${key.id}\n${claim.email ?? ''}\n${claim.externalId ?? ''}`;
      const user = remembered.get(cacheKey);
      if (user) return Promise.resolve({ kind: 'known', user });
      let pending = underway.get(cacheKey);
      if (!pending) {
        pending = resolveNew(key, claim, cacheKey).finally(() => underway.delete(cacheKey));
        underway.set(cacheKey, pending);
      }
      return pending;
    },
    forget,
    lookUp: (key, claim) => findUser(db, key.id, claim),
    async byId(userId) {
      const cacheKey = `user\n${userId}`;
      const known = remembered.get(cacheKey);
      if (known) return known;
      const since = generation;
      const user = await byUserId(db, userId);
      if (user) remember(cacheKey, user, since);
      return user;
    },
  };
}
