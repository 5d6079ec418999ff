/** Reads the audit log with what may be shown of persons. */
import { and, desc, eq, gte, inArray, lt, type SQL } from 'drizzle-orm';
import type { AuditEntry, AuditFilters } from '../contract/audit.ts';
import type { Queries, Tables } from '../db/database.ts';

type LogRow = Tables['auditLog']['$inferSelect'];

/** Condition of the filters; undefined = all entries. */
export function auditCondition({ tables }: Queries, filters: AuditFilters): SQL | undefined {
  const { auditLog } = tables;
  const { actor, actorKind, action, target, targetKind, from, to } = filters;
  return and(
    actor === undefined ? undefined : eq(auditLog.actorId, actor),
    actorKind === undefined ? undefined : eq(auditLog.actorKind, actorKind),
    action === undefined ? undefined : actionCondition(auditLog.action, action),
    target === undefined ? undefined : eq(auditLog.targetId, target),
    targetKind === undefined ? undefined : eq(auditLog.targetKind, targetKind),
    from === undefined ? undefined : gte(auditLog.at, from),
    to === undefined ? undefined : lt(auditLog.at, to),
  );
}

/** Entries that match, newest first, page after page. */
export async function* auditPages(db: Queries, filters: AuditFilters, size: number): AsyncGenerator<AuditEntry[]> {
  const { auditLog } = db.tables;
  const matches = auditCondition(db, filters);
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const rows = await db
      .select()
      .from(auditLog)
      .where(and(matches, lt(auditLog.seq, before)))
      .orderBy(desc(auditLog.seq))
      .limit(size);
    if (rows.length > 0) yield await toAuditEntries(db, rows);
    const last = rows.at(-1);
    if (!last || rows.length < size) return;
    before = last.seq;
  }
}

/** Rows as the API shows them, with names and personal data looked up for all of them at once. */
export async function toAuditEntries(db: Queries, rows: readonly LogRow[]): Promise<AuditEntry[]> {
  const personal = await personalData(db, rows);
  const names = await actorNames(db, rows);
  return rows.map((row) => ({
    id: row.id,
    seq: row.seq,
    at: row.at,
    actorKind: row.actorKind,
    actorId: row.actorId,
    actorName: row.actorId === null ? null : (names.get(row.actorId) ?? null),
    action: row.action,
    targetKind: row.targetKind,
    targetId: row.targetId,
    details: row.details,
    personal: personal.get(row.id) ?? null,
    hash: row.hash,
  }));
}

function actionCondition(column: Tables['auditLog']['action'], action: string): SQL | undefined {
  if (action.includes('.')) return eq(column, action);
  // From `user.` up to the character after the dot: a range, because `_` is a wildcard in a pattern.
  return and(gte(column, `${action}.`), lt(column, `${action}/`));
}

async function personalData(db: Queries, rows: readonly LogRow[]): Promise<Map<string, Record<string, unknown>>> {
  const { auditPersonal } = db.tables;
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const found = await db.select().from(auditPersonal).where(inArray(auditPersonal.auditId, ids));
  return new Map(found.map(({ auditId, data }) => [auditId, data]));
}

async function actorNames(db: Queries, rows: readonly LogRow[]): Promise<Map<string, string>> {
  const { operators, apiTokens } = db.tables;
  const names = new Map<string, string>();
  const operatorIds = actorIds(rows, 'operator');
  if (operatorIds.length > 0) {
    const found = await db
      .select({ id: operators.id, email: operators.email })
      .from(operators)
      .where(inArray(operators.id, operatorIds));
    for (const { id, email } of found) names.set(id, email);
  }
  const tokenIds = actorIds(rows, 'token');
  if (tokenIds.length > 0) {
    const found = await db
      .select({ id: apiTokens.id, email: operators.email })
      .from(apiTokens)
      .innerJoin(operators, eq(operators.id, apiTokens.operatorId))
      .where(inArray(apiTokens.id, tokenIds));
    for (const { id, email } of found) names.set(id, email);
  }
  return names;
}

function actorIds(rows: readonly LogRow[], kind: LogRow['actorKind']): string[] {
  return [...new Set(rows.flatMap((row) => (row.actorKind === kind && row.actorId !== null ? [row.actorId] : [])))];
}
