/** Codes that stand in for one-time codes when the phone is lost. Each is good once; only hashes of them are kept. */
import { and, eq } from 'drizzle-orm';
import type { AuditWriter } from '../audit/audit-writer.ts';
import { legibleSecret } from '../config/generated-password.ts';
import { PATTERNS } from '../contract/bounds.ts';
import type { Queries, Tx } from '../db/database.ts';
import { hashKey } from '../keys/key-hash.ts';

/** So many are made at a time. */
const RECOVERY_CODES = 10;
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** New codes as people are shown them, such as `k7pm-2xqd-9r4t-hw3c`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => legibleSecret(GROUPS, GROUP_LENGTH));
}

/** Whether what was typed where a code is asked for is no one-time code, and so can only be one of these. */
export function isRecoveryCode(typed: string): boolean {
  return !PATTERNS.oneTimeCode.test(typed.trim());
}

/** Puts `codes` in the place of all that the operator had. @returns how many of those had not been used */
export async function replaceRecoveryCodes(
  tx: Tx,
  operatorId: string,
  codes: readonly string[],
  now: number,
): Promise<number> {
  const { operatorRecoveryCodes } = tx.tables;
  const ended = await dropRecoveryCodes(tx, operatorId);
  await tx
    .insert(operatorRecoveryCodes)
    .values(codes.map((code) => ({ operatorId, hash: hashOf(code), createdAt: now })));
  return ended;
}

/**
 * Uses a code up, in the spelling in which it was typed, and notes that in the audit log: of two who send the same one at
 * the same time, one succeeds.
 *
 * @returns how many are left; null when it is none of the operator's, or was used before
 */
export async function spendRecoveryCode(
  audit: AuditWriter,
  tx: Tx,
  operatorId: string,
  typed: string,
): Promise<number | null> {
  const { operatorRecoveryCodes } = tx.tables;
  const spent = await tx
    .delete(operatorRecoveryCodes)
    .where(and(eq(operatorRecoveryCodes.operatorId, operatorId), eq(operatorRecoveryCodes.hash, hashOf(typed))))
    .returning({ operatorId: operatorRecoveryCodes.operatorId });
  if (spent.length === 0) return null;
  const left = await countRecoveryCodes(tx, operatorId);
  await audit.write(tx, {
    actor: { kind: 'operator', id: operatorId },
    action: 'operator.recovery_code_used',
    target: { kind: 'operator', id: operatorId },
    details: { left },
  });
  return left;
}

/** How many of an operator's codes are still good. */
export async function countRecoveryCodes(db: Queries, operatorId: string): Promise<number> {
  const { operatorRecoveryCodes } = db.tables;
  return db.$count(operatorRecoveryCodes, eq(operatorRecoveryCodes.operatorId, operatorId));
}

/** Ends all of an operator's codes: where one-time codes go off, none may stay. @returns how many were still good */
export async function dropRecoveryCodes(tx: Tx, operatorId: string): Promise<number> {
  const { operatorRecoveryCodes } = tx.tables;
  const ended = await tx
    .delete(operatorRecoveryCodes)
    .where(eq(operatorRecoveryCodes.operatorId, operatorId))
    .returning({ operatorId: operatorRecoveryCodes.operatorId });
  return ended.length;
}

/**
 * The same for every spelling: hyphens, spaces and capitals do not count. A code has 16 characters of 31, 79 random bits:
 * too many to be guessed from a plain SHA-256, by anybody who got hold of the database. A look-up by hash compares no
 * bytes of the code, so that its time tells nothing.
 */
function hashOf(typed: string): string {
  return hashKey(typed.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
}
