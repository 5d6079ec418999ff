/** Which user a request is metered for. */
import type { FastifyRequest } from 'fastify';
import type { GatewayContext } from '../context.ts';
import type { KnownUser, UserDirectory } from '../identity/directory.ts';
import { IdentityError, readIdentity } from '../identity/identity-headers.ts';
import type { KeyRow } from '../keys/queries.ts';
import { refused } from './refusal.ts';
import { userSentences } from './user-sentences.ts';

/** The sentence for each reason. */
const REASONS = {
  known_users_only: 'knownUsersOnly',
  email_domain: 'emailDomain',
  too_many_new_users: 'tooManyNewUsers',
  deleted: 'removed',
} as const;

/** @throws RefusedError */
export async function identify(
  context: GatewayContext,
  directory: UserDirectory,
  request: FastifyRequest,
  key: KeyRow,
  bodyUserId: string | null,
  mayBeUnnamed = false,
): Promise<KnownUser> {
  if (key.kind === 'personal') {
    const owner = key.userId === null ? null : await directory.byId(key.userId);
    if (!owner) throw refused(401, 'invalid_api_key', 'The owner of this API key is no longer known.');
    return owner;
  }
  const claim = claimOf(context, request, key, bodyUserId, mayBeUnnamed);
  if (claim === null) return payerOfUnnamed(context, directory, key);
  const answer = await directory.resolve(key, claim);
  if (answer.kind === 'known') return answer.user;
  const status = answer.reason === 'too_many_new_users' ? 429 : 403;
  throw refused(
    status,
    answer.reason,
    userSentences(context.settings.current().locale)[REASONS[answer.reason]],
    status === 429 ? { headers: { 'retry-after': '600' } } : {},
  );
}

/** Never silently free: either the key names a service account, or the request is refused. */
async function payerOfUnnamed({ settings }: GatewayContext, directory: UserDirectory, key: KeyRow): Promise<KnownUser> {
  const payer = key.unnamedUserId === null ? null : await directory.byId(key.unnamedUserId);
  if (payer) return payer;
  throw refused(401, 'identity_missing', userSentences(settings.current().locale).unnamed);
}

/** The user whom a request names, if known already; nobody is made, and doubt is silence. For requests that cost nothing. */
export async function identifyIfKnown(
  context: GatewayContext,
  directory: UserDirectory,
  request: FastifyRequest,
  key: KeyRow,
): Promise<KnownUser | null> {
  if (key.kind === 'personal') return key.userId === null ? null : directory.byId(key.userId);
  try {
    const claim = claimOf(context, request, key, null, true);
    return claim && (await directory.lookUp(key, claim));
  } catch (error) {
    if (error instanceof Error && error.name === 'RefusedError') return null;
    throw error;
  }
}

/** Null: it names nobody at all, which `mayBeUnnamed` allows; a name that cannot be read is still refused. */
function claimOf(
  context: GatewayContext,
  request: FastifyRequest,
  key: KeyRow,
  bodyUserId: string | null,
  mayBeUnnamed: boolean,
) {
  try {
    const names = key.headers ?? context.settings.current().identityHeaders;
    return readIdentity(request.headers, request.raw.rawHeaders, names, bodyUserId);
  } catch (error) {
    if (mayBeUnnamed && error instanceof IdentityError && error.code === 'identity_missing') return null;
    if (error instanceof IdentityError) throw refused(401, error.code, error.message);
    throw error;
  }
}
