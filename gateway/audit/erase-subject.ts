import { eq } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';

/**
 * Erases what the audit log tells of a person. The entries themselves stay, and the hash chain with them: it never covered
 * personal data. @returns how many entries told of the person
 */
export async function eraseSubject(tx: Tx, subjectId: string): Promise<number> {
  const { auditPersonal } = tx.tables;
  const erased = await tx
    .delete(auditPersonal)
    .where(eq(auditPersonal.subjectId, subjectId))
    .returning({ id: auditPersonal.auditId });
  return erased.length;
}
