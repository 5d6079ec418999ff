/** What is stored of calls with an `Idempotency-Key`: that one has started, what it will do, what it answered. */
import { randomUUID } from 'node:crypto';
import { and, eq, lt, ne, or, sql } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Database, Queries, Tx } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';

/** How long an answer is kept. */
const KEEP_MS = 86_400_000;
/** `statusCode` of a call that is known to have started, but not to have ended. */
const STARTED = 0;
/** The same, of one that was repeated meanwhile: whoever fails first cannot know what the other does. */
const REPEATED = 1;
const DONE = 200;

/** Whose key, and for which call. */
export interface Claim {
  /** `<actor>:<key>`. */
  readonly id: string;
  readonly requestHash: string;
}

/** What is stored of a call. */
export interface Call {
  readonly operationId: string;
  /** What the call does, of calls that plan. Ids and values that say nothing of a person: they outlive an erasure. */
  readonly plan?: unknown;
  /** Set when the call is done. */
  readonly done?: { readonly answer: unknown } | { readonly erased: true };
}

/** @returns 32 hex digits */
export function newOperationId(): string {
  return randomUUID().replaceAll('-', '');
}

/** What is stored of the call; null when it has not started. @throws ApiError 422 when the key was used for another call */
export async function findCall({ db, clock }: GatewayContext, claim: Claim): Promise<Call | null> {
  return storedCall(db, claim, clock.now());
}

/**
 * Notes that the call has started, unless it is noted already.
 *
 * @returns what is stored of it, and whether this was the first to note it
 * @throws ApiError 422 when the key was used for another call
 */
export async function beginCall(
  { clock }: GatewayContext,
  tx: Tx,
  claim: Claim,
  plan?: unknown,
): Promise<{ call: Call; isFirst: boolean }> {
  const { idempotencyKeys } = tx.tables;
  const now = clock.now();
  await forget(tx, now);
  const call: Call = { operationId: newOperationId(), ...(plan === undefined ? {} : { plan }) };
  const inserted = await tx
    .insert(idempotencyKeys)
    .values({ id: claim.id, requestHash: claim.requestHash, statusCode: STARTED, body: call, createdAt: now })
    .onConflictDoNothing()
    .returning({ id: idempotencyKeys.id });
  if (inserted.length > 0) return { call, isFirst: true };
  return { call: (await storedCall(tx, claim, now)) ?? call, isFirst: false };
}

/** Notes that a started call is made once more. */
export async function noteRepeated(tx: Tx, claim: Claim): Promise<void> {
  const { idempotencyKeys } = tx.tables;
  await tx
    .update(idempotencyKeys)
    .set({ statusCode: REPEATED })
    .where(and(eq(idempotencyKeys.id, claim.id), eq(idempotencyKeys.statusCode, STARTED)));
}

/** Stores the answer. @throws ApiError 409 when there is one already */
export async function endCall(tx: Tx, claim: Claim, call: Call, answer: unknown): Promise<void> {
  const { idempotencyKeys } = tx.tables;
  const ended = await tx
    .update(idempotencyKeys)
    .set({ statusCode: DONE, body: { ...call, done: { answer } } satisfies Call })
    .where(and(eq(idempotencyKeys.id, claim.id), ne(idempotencyKeys.statusCode, DONE)))
    .returning({ id: idempotencyKeys.id });
  // Another gateway was faster: its record stands, and ours is undone with this transaction.
  if (ended.length === 0) {
    throw new ApiError(409, 'conflict', 'The same call has just been completed. Send it again to see its answer.');
  }
}

/** Frees the key of a call without effect, so that it may be sent again, corrected; not when it was repeated meanwhile. */
export async function withdrawCall({ db }: GatewayContext, claim: Claim): Promise<void> {
  const { idempotencyKeys } = db.tables;
  await db
    .delete(idempotencyKeys)
    .where(and(eq(idempotencyKeys.id, claim.id), eq(idempotencyKeys.statusCode, STARTED)));
}

/** The stored answer of a call that is done. @throws ApiError 409 when it told of a person who was erased since */
export function answerOf<Answer>(done: NonNullable<Call['done']>): Answer {
  if ('answer' in done) return done.answer as Answer;
  throw new ApiError(409, 'answer_erased', 'This call was made. Its answer told of a user who was deleted since.');
}

/** Deletes what is older than a day: by the clock, because the next call with a key may never come. */
export async function forgetCalls({ db, clock }: GatewayContext): Promise<void> {
  await forget(db, clock.now());
}

/** Takes the answers that tell of a user, or were given to them, out of what is stored. Repeated calls still do nothing. */
export async function eraseAnswers(tx: Tx, userId: string, email: string | null): Promise<void> {
  const { idempotencyKeys } = tx.tables;
  const text = sql`cast(${idempotencyKeys.body} as text)`;
  const mentions = [userId, ...(email === null ? [] : [email])].map((word) => contains(text, word));
  const rows = await tx
    .select({ id: idempotencyKeys.id, body: idempotencyKeys.body })
    .from(idempotencyKeys)
    .where(
      and(eq(idempotencyKeys.statusCode, DONE), or(sql`${idempotencyKeys.id} like ${`${userId}:%`}`, ...mentions)),
    );
  for (const { id, body } of rows) {
    const { operationId, plan } = body as Call;
    if (plan !== undefined) continue;
    await tx
      .update(idempotencyKeys)
      .set({ body: { operationId, done: { erased: true } } satisfies Call })
      .where(eq(idempotencyKeys.id, id));
  }
}

/** As JSON has the word: with quotes and backslashes escaped. */
function contains(text: ReturnType<typeof sql>, word: string) {
  const pattern = JSON.stringify(word)
    .slice(1, -1)
    .replace(/[\\%_]/g, '\\$&');
  return sql`lower(${text}) like ${`%${pattern.toLowerCase()}%`} escape '\\'`;
}

async function storedCall(db: Queries, claim: Claim, now: number): Promise<Call | null> {
  const { idempotencyKeys } = db.tables;
  const [stored] = await db
    .select({
      requestHash: idempotencyKeys.requestHash,
      body: idempotencyKeys.body,
      createdAt: idempotencyKeys.createdAt,
    })
    .from(idempotencyKeys)
    .where(eq(idempotencyKeys.id, claim.id));
  if (!stored || stored.createdAt < now - KEEP_MS) return null;
  if (stored.requestHash !== claim.requestHash) {
    throw new ApiError(
      422,
      'idempotency_mismatch',
      'This Idempotency-Key was used for another call. Take a new one.',
      'idempotency-key',
    );
  }
  return stored.body as Call;
}

async function forget(db: Database | Tx, now: number): Promise<void> {
  const { idempotencyKeys } = db.tables;
  await db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, now - KEEP_MS));
}
