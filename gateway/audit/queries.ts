/** Reads the audit log with what may be shown of persons. */
import { and, desc, eq, gte, inArray, lt, type SQL } from 'drizzle-orm';
import { containsText } from '../api/paging.ts';
import type { AuditEntry, AuditFilters } from '../contract/audit.ts';
import { ticketName } from '../credits/price.ts';
import type { Queries, Tables } from '../db/database.ts';
import { userNames } from '../identity/names.ts';
import type { Calendar } from '../ledger/periods.ts';
import { instantsOf } from '../reports/days.ts';

type LogRow = Tables['auditLog']['$inferSelect'];

/** Filters whose days are the instants at which they begin and end. */
export type AuditSelection = Omit<AuditFilters, 'from' | 'to'> & { from?: number; to?: number };

/** What is asked for, its days being those of `calendar`. */
export function selectionOf(calendar: Calendar, { from, to, ...filters }: AuditFilters): AuditSelection {
  const days = instantsOf(calendar, {
    from: typeof from === 'string' ? from : null,
    to: typeof to === 'string' ? to : null,
  });
  const first = typeof from === 'number' ? from : days.from;
  const before = typeof to === 'number' ? to : days.before;
  return { ...filters, ...(first !== null && { from: first }), ...(before !== null && { to: before }) };
}

/** Condition of the filters; undefined = all entries. */
export function auditCondition({ tables }: Queries, filters: AuditSelection): SQL | undefined {
  const { auditLog } = tables;
  const { actor, actorKind, action, target, targetKind, from, to, search } = filters;
  return and(
    actor === undefined ? undefined : eq(auditLog.actorId, actor),
    actorKind === undefined ? undefined : eq(auditLog.actorKind, actorKind),
    action === undefined ? undefined : actionCondition(auditLog.action, action),
    target === undefined ? undefined : eq(auditLog.targetId, target),
    targetKind === undefined ? undefined : eq(auditLog.targetKind, targetKind),
    from === undefined ? undefined : gte(auditLog.at, from),
    to === undefined ? undefined : lt(auditLog.at, to),
    search ? containsText([auditLog.action, auditLog.actorId, auditLog.targetId], search) : undefined,
  );
}

/** Entries that match, newest first, page after page. */
export async function* auditPages(db: Queries, filters: AuditSelection, size: number): AsyncGenerator<AuditEntry[]> {
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
  const names = await namesOf(db, rows);
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
    targetName: row.targetId === null ? null : (names.get(row.targetId) ?? null),
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

/** Of everybody and everything that the rows name, by id. Ids of different kinds are never the same. */
async function namesOf(db: Queries, rows: readonly LogRow[]): Promise<Map<string, string>> {
  const { operators, apiTokens, keys, tickets, savedViews } = db.tables;
  const of = (kind: string): string[] => [
    ...new Set(
      rows.flatMap(({ actorKind, actorId, targetKind, targetId }) => [
        ...(actorKind === kind && actorId !== null ? [actorId] : []),
        ...(targetKind === kind && targetId !== null ? [targetId] : []),
      ]),
    ),
  ];
  const names = new Map(await userNames(db, of('user')));
  const lookUp = async (kind: string, find: (ids: string[]) => Promise<{ id: string; name: string }[]>) => {
    const ids = of(kind);
    if (ids.length === 0) return;
    for (const { id, name } of await find(ids)) names.set(id, name);
  };
  await lookUp('operator', (ids) =>
    db.select({ id: operators.id, name: operators.email }).from(operators).where(inArray(operators.id, ids)),
  );
  await lookUp('token', (ids) =>
    db
      .select({ id: apiTokens.id, name: operators.email })
      .from(apiTokens)
      .innerJoin(operators, eq(operators.id, apiTokens.operatorId))
      .where(inArray(apiTokens.id, ids)),
  );
  await lookUp('key', (ids) => db.select({ id: keys.id, name: keys.name }).from(keys).where(inArray(keys.id, ids)));
  await lookUp('view', (ids) =>
    db.select({ id: savedViews.id, name: savedViews.name }).from(savedViews).where(inArray(savedViews.id, ids)),
  );
  await lookUp('ticket', async (ids) => {
    const found = await db
      .select({ id: tickets.id, number: tickets.number })
      .from(tickets)
      .where(inArray(tickets.id, ids));
    return found.map(({ id, number }) => ({ id, name: ticketName(number) }));
  });
  return names;
}
