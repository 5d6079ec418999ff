/** What the steps of applying a declaration share. */
import { SYSTEM } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import type { DeclarationSource } from './declarations.ts';

export interface Applying {
  readonly context: GatewayContext;
  readonly tx: Tx;
  readonly source: DeclarationSource;
  /** Collects what cannot be, by JSON path; any entry undoes everything. */
  readonly problems: string[];
}

/** The fields of `wished` that `present` has otherwise; undefined ones wish nothing. */
export function differing<T extends Record<string, unknown>>(present: T, wished: Partial<T>): Partial<T> {
  const changed: Partial<T> = {};
  for (const key of Object.keys(wished) as (keyof T)[]) {
    if (wished[key] === undefined || JSON.stringify(wished[key]) === JSON.stringify(present[key])) continue;
    changed[key] = wished[key];
  }
  return changed;
}

/** Audits what applying made or changed, with the names of the fields only. */
export async function auditApplied(
  { context, tx, source }: Applying,
  action: string,
  target: { kind: string; id: string },
  fields: readonly string[],
  personal?: Record<string, unknown>,
): Promise<void> {
  await context.audit.write(tx, {
    actor: SYSTEM,
    action,
    target,
    details: { source: source.kind, fields: [...fields].sort() },
    ...(personal ? { personal: { subjectId: target.id, data: personal } } : {}),
  });
}
