/** Operators as rows, and as the API shows them. */
import { eq } from 'drizzle-orm';
import type { Operator } from '../contract/operators.ts';
import type { Queries, Tables } from '../db/database.ts';

export type OperatorRow = Tables['operators']['$inferSelect'];

export async function findOperator(db: Queries, id: string): Promise<OperatorRow | null> {
  const { operators } = db.tables;
  const [row] = await db.select().from(operators).where(eq(operators.id, id));
  return row ?? null;
}

/** @param email in any spelling */
export async function findOperatorByEmail(db: Queries, email: string): Promise<OperatorRow | null> {
  const { operators } = db.tables;
  const [row] = await db
    .select()
    .from(operators)
    .where(eq(operators.email, normalizedEmail(email)));
  return row ?? null;
}

/** The one spelling that is stored: NFC, lower case, no spaces around. */
export function normalizedEmail(email: string): string {
  return email.normalize('NFC').trim().toLowerCase();
}

/** What may be shown of an operator: no hash, no secret. */
export function toOperator(row: OperatorRow): Operator {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    locale: row.locale,
    totp: row.totpSecret !== null,
    hasPassword: row.passwordHash !== null,
    disabledAt: row.disabledAt,
    lockedUntil: row.lockedUntil,
    createdAt: row.createdAt,
    lastLoginAt: row.lastLoginAt,
  };
}
