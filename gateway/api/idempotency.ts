/** `Idempotency-Key`: a call that is sent twice, also at the same time or after a crash, has one effect and one answer. */
import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { operatorOf } from './access.ts';
import {
  answerOf,
  beginCall,
  type Call,
  type Claim,
  endCall,
  findCall,
  newOperationId,
  noteRepeated,
  withdrawCall,
} from './idempotency-claims.ts';

/** What a key may be. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

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

/** A call with effects in many transactions, all of which are known before the first. */
export interface IdempotentPlan<Plan, Answer> {
  /**
   * Decides what the call will do, and refuses it if need be; writes nothing. In plain JSON, with ids and values that say
   * nothing of a person: it outlives their erasure.
   */
  plan(): Promise<Plan>;
  /**
   * Does it. A repetition of the call gets the plan of the first time, whatever that has done of it by then: each part must
   * tell whether it is done already. @returns the answer, in plain JSON; says nothing of a person either
   */
  apply(operationId: string, plan: Plan): Promise<Answer>;
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
  const { call, isFirst } = await context.db.tx(async (tx) => {
    const begun = await beginCall(context, tx, claim);
    if (!begun.isFirst) await noteRepeated(tx, claim);
    return begun;
  });
  if (call.done) return answerOf(call.done);
  let applied: Applied;
  try {
    applied = await steps.apply(call.operationId);
  } catch (error) {
    // A refused call may be sent again under its key, corrected. One that was begun before may have had its effect.
    if (error instanceof ApiError && isFirst) await withdrawCall(context, claim);
    throw error;
  }
  return context.db.tx((tx) => once(context, tx, claim, () => steps.record(tx, applied)));
}

/**
 * The same for a call with many effects: what it does is stored before the first of them, so that its repetition after a
 * crash, or at the same time, does exactly the rest.
 *
 * @throws ApiError 422 `idempotency_mismatch` when the key was used for another call; what `plan` throws is not stored
 */
export async function idempotentPlan<Plan, Answer>(
  context: GatewayContext,
  request: FastifyRequest,
  { plan, apply }: IdempotentPlan<Plan, Answer>,
): Promise<Answer> {
  const claim = claimOf(request);
  if (!claim) return apply(newOperationId(), await plan());
  const call = (await findCall(context, claim)) ?? (await beginPlanned(context, claim, plan));
  if (call.done) return answerOf(call.done);
  const answer = await apply(call.operationId, call.plan as Plan);
  return context.db.tx((tx) => once(context, tx, claim, async () => answer));
}

async function beginPlanned(context: GatewayContext, claim: Claim, plan: () => Promise<unknown>): Promise<Call> {
  let planned: unknown;
  try {
    planned = await plan();
  } catch (error) {
    // The same call may have begun meanwhile, and what it has changed already is why this plan is refused.
    const begun = error instanceof ApiError ? await findCall(context, claim) : null;
    if (begun) return begun;
    throw error;
  }
  return context.db.tx(async (tx) => (await beginCall(context, tx, claim, planned)).call);
}

function claimOf(request: FastifyRequest): Claim | null {
  // The description of the API tells of the header by what routes say.
  if (!request.routeOptions.config.idempotent) throw new Error(`${request.url} does not say that it is idempotent.`);
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key)) {
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

async function once<Answer>(
  context: GatewayContext,
  tx: Tx,
  claim: Claim,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { call } = await beginCall(context, tx, claim);
  if (call.done) return answerOf(call.done);
  const answer = await work();
  await endCall(tx, claim, call, answer);
  return answer;
}
