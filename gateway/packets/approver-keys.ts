/** Keys of approvers: enrolled by the owner, who compares the fingerprint with the approver. */
import { and, desc, eq, isNull } from 'drizzle-orm';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { ApproverKey, EnrolKey } from '../contract/packets.ts';
import type { Queries, Tx } from '../db/database.ts';
import { roleAtLeast } from '../operators/roles.ts';
import { ApiError } from '../ops/api-error.ts';
import { fingerprintOf, readable, readFingerprint } from './signing.ts';

type Enrolling = Pick<GatewayContext, 'clock' | 'audit'>;

/**
 * Enrols a key, inside the caller's transaction.
 *
 * @returns the fingerprint
 * @throws ApiError 400 with the field, 404, or 409 when it was enrolled before
 */
export async function enrolKey({ clock, audit }: Enrolling, tx: Tx, input: EnrolKey, actor: Actor): Promise<string> {
  const { approverKeys, operators } = tx.tables;
  const fingerprint = checkedFingerprint(input);
  const [operator] = await tx
    .select({ role: operators.role })
    .from(operators)
    .where(eq(operators.id, input.operatorId));
  if (!operator) throw new ApiError(404, 'not_found', 'There is no such operator.', 'operatorId');
  if (!roleAtLeast(operator.role, 'approver')) {
    throw new ApiError(
      400,
      'not_an_approver',
      `This operator may not decide: the role is ${operator.role}.`,
      'operatorId',
    );
  }
  const [known] = await tx.select().from(approverKeys).where(eq(approverKeys.fingerprint, fingerprint));
  if (known) {
    const message =
      known.revokedAt === null
        ? 'This key is enrolled already.'
        : 'This key was revoked. The approver makes a new one.';
    throw new ApiError(409, 'key_known', message, 'publicKey');
  }
  await tx.insert(approverKeys).values({
    fingerprint,
    operatorId: input.operatorId,
    publicKey: input.publicKey.trim(),
    name: input.name,
    createdAt: clock.now(),
  });
  await audit.write(tx, {
    actor,
    action: 'approver_key.enrolled',
    target: { kind: 'operator', id: input.operatorId },
    details: { fingerprint },
  });
  return fingerprint;
}

/** Decisions that the key signed count no more from now on. @throws ApiError 404 */
export async function revokeApproverKey(
  { clock, audit }: Enrolling,
  tx: Tx,
  fingerprint: string,
  actor: Actor,
): Promise<void> {
  const { approverKeys } = tx.tables;
  const [revoked] = await tx
    .update(approverKeys)
    .set({ revokedAt: clock.now() })
    .where(and(eq(approverKeys.fingerprint, readFingerprint(fingerprint) ?? ''), isNull(approverKeys.revokedAt)))
    .returning();
  if (!revoked) throw new ApiError(404, 'key_not_found', 'There is no such key in use.');
  await audit.write(tx, {
    actor,
    action: 'approver_key.revoked',
    target: { kind: 'operator', id: revoked.operatorId },
    details: { fingerprint: revoked.fingerprint },
  });
}

/** All keys, newest first. */
export async function listApproverKeys(db: Queries): Promise<ApproverKey[]> {
  const { approverKeys, operators } = db.tables;
  const rows = await db
    .select({ key: approverKeys, name: operators.name, email: operators.email })
    .from(approverKeys)
    .innerJoin(operators, eq(operators.id, approverKeys.operatorId))
    .orderBy(desc(approverKeys.createdAt));
  return rows.map(({ key, name, email }) => ({
    fingerprint: key.fingerprint,
    operatorId: key.operatorId,
    operator: name || email,
    name: key.name,
    createdAt: key.createdAt,
    revokedAt: key.revokedAt,
  }));
}

function checkedFingerprint({ publicKey, fingerprint }: EnrolKey): string {
  let actual: string;
  try {
    actual = fingerprintOf(publicKey);
  } catch (error) {
    throw new ApiError(400, 'invalid_key', error instanceof Error ? error.message : 'This is no key.', 'publicKey');
  }
  if (readFingerprint(fingerprint) === actual) return actual;
  throw new ApiError(
    400,
    'fingerprint_differs',
    `This key has the fingerprint ${readable(actual)}. Enrol it only if the approver reads out the same.`,
    'fingerprint',
    { values: { fingerprint: readable(actual) } },
  );
}
