/** `Idempotency-Key`: a call that is sent twice, also at the same time or after a crash, has one effect and one answer. */
import { hash, randomUUID } from 'node:crypto';
import { and, eq, lt } from 'drizzle-orm';
import type { FastifyRequest } from 'fastify';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { operatorOf } from './access.ts';

/** How long an answer is kept. */
const KEEP_MS = 86_400_000;
/** `statusCode` of a call that is known to have started, but not to have ended. */
const STARTED = 0;
const DONE = 200;

/** A call with effects of its own transaction, such as a move of the ledger, and what belongs with it. */
export interface IdempotentSteps<Applied, Answer> {
  /**
   * The effect. `operationId` (32 hex digits) is the same each time this call is repeated: an effect that carries it as
   * its id can be asked for again, and must then tell what the first time did instead of doing it again.
   */
  apply(operationId: string): Promise<Applied>;
  /** What is written once along with it, such as the audit entry. @returns the answer, in plain JSON */
  record(tx: Tx, applied: Applied): Promise<Answer>;
}

interface Claim {
  readonly id: string;
  readonly requestHash: string;
}

/** What is stored of a call. */
interface Call {
  readonly operationId: string;
  /** Set when the call is done. */
  readonly done?: { readonly answer: unknown };
}

/**
 * Runs `work` in one transaction, at most once for the call's `Idempotency-Key`; without a key, always. Not for calls
 * whose body holds a password: a fast hash of the body is kept.
 *
 * @returns the answer of `work`, or the stored one when the call was made before
 * @throws ApiError 422 `idempotency_mismatch` when the key was used for another call; what `work` throws is not stored
 */
export async function idempotent<Answer>(
  context: GatewayContext,
  request: FastifyRequest,
  work: (tx: Tx) => Promise<Answer>,
): Promise<Answer> {
  const claim = claimOf(request);
  if (!claim) return context.db.tx(work);
  return context.db.tx((tx) => once(context, tx, claim, () => work(tx)));
}

/**
 * The same for a call whose effect has a transaction of its own. If the process dies between the effect and its record,
 * a repetition of the call completes the record.
 *
 * @throws ApiError 422 `idempotency_mismatch` when the key was used for another call; what the steps throw is not stored
 */
export async function idempotentSteps<Applied, Answer>(
  context: GatewayContext,
  request: FastifyRequest,
  steps: IdempotentSteps<Applied, Answer>,
): Promise<Answer> {
  const claim = claimOf(request);
  if (!claim) {
    const applied = await steps.apply(newOperationId());
    return context.db.tx((tx) => steps.record(tx, applied));
  }
  const call = await context.db.tx((tx) => begin(context, tx, claim));
  if (call.done) return call.done.answer as Answer;
  let applied: Applied;
  try {
    applied = await steps.apply(call.operationId);
  } catch (error) {
    // A refused call may be sent again under its key, corrected.
    if (error instanceof ApiError) await withdraw(context, claim);
    throw error;
  }
  return context.db.tx((tx) => once(context, tx, claim, () => steps.record(tx, applied)));
}

function claimOf(request: FastifyRequest): Claim | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new ApiError(
      400,
      'invalid_idempotency_key',
      'Idempotency-Key must be 1 to 255 characters without spaces.',
      'idempotency-key',
    );
  }
  const call = JSON.stringify([request.method, request.url, request.body ?? null]);
  return { id: `${callerOf(request)}:${key}`, requestHash: hash('sha256', call, 'hex') };
}

function callerOf(request: FastifyRequest): string {
  return request.member?.userId ?? operatorOf(request).id;
}

function newOperationId(): string {
  return randomUUID().replaceAll('-', '');
}

async function once<Answer>(
  context: GatewayContext,
  tx: Tx,
  claim: Claim,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const call = await begin(context, tx, claim);
  if (call.done) return call.done.answer as Answer;
  const answer = await work();
  const { idempotencyKeys } = tx.tables;
  const finished = await tx
    .update(idempotencyKeys)
    .set({ statusCode: DONE, body: { ...call, done: { answer } } satisfies Call })
    .where(and(eq(idempotencyKeys.id, claim.id), eq(idempotencyKeys.statusCode, STARTED)))
    .returning({ id: idempotencyKeys.id });
  // Another gateway was faster: its record stands, and ours is undone with this transaction.
  if (finished.length === 0) {
    throw new ApiError(409, 'conflict', 'The same call has just been completed. Send it again to see its answer.');
  }
  return answer;
}

/** Notes that the call has started, unless it is noted already. @returns what is stored of it */
async function begin(context: GatewayContext, tx: Tx, claim: Claim): Promise<Call> {
  const { idempotencyKeys } = tx.tables;
  const now = context.clock.now();
  await tx.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, now - KEEP_MS));
  const call: Call = { operationId: newOperationId() };
  const inserted = await tx
    .insert(idempotencyKeys)
    .values({ id: claim.id, requestHash: claim.requestHash, statusCode: STARTED, body: call, createdAt: now })
    .onConflictDoNothing()
    .returning({ id: idempotencyKeys.id });
  if (inserted.length > 0) return call;
  const [stored] = await tx
    .select({ requestHash: idempotencyKeys.requestHash, body: idempotencyKeys.body })
    .from(idempotencyKeys)
    .where(eq(idempotencyKeys.id, claim.id));
  if (stored?.requestHash !== claim.requestHash) {
    throw new ApiError(
      422,
      'idempotency_mismatch',
      'This Idempotency-Key was used for another call. Take a new one.',
      'idempotency-key',
    );
  }
  return stored.body as Call;
}

async function withdraw(context: GatewayContext, claim: Claim): Promise<void> {
  const { idempotencyKeys } = context.db.tables;
  await context.db
    .delete(idempotencyKeys)
    .where(and(eq(idempotencyKeys.id, claim.id), eq(idempotencyKeys.statusCode, STARTED)));
}
