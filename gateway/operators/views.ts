/** Saved views: filters of a list under a name, of one operator alone or shared with everybody who signs in. */
import { and, asc, desc, eq, isNull, ne, or, type SQL } from 'drizzle-orm';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { View, ViewChanges, ViewInput, ViewRestored } from '../contract/views.ts';
import type { Queries, Tables, Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { Role, SavedList } from '../db/json-columns.ts';
import { ApiError } from '../ops/api-error.ts';
import { roleAtLeast } from './roles.ts';

type ViewRow = Tables['savedViews']['$inferSelect'];

/** Who calls, and as whom the audit log names them. */
export interface ViewCaller {
  readonly id: string;
  readonly role: Role;
  readonly actor: Actor;
}

/** An operator's own views, or those that are shared: names are unique within each. */
interface Shelf {
  readonly list: SavedList;
  readonly shared: boolean;
  readonly operatorId: string | null;
}

/** Of one list and shelf: more are no help in finding anything. */
const MOST_VIEWS = 50;
/** So long a removal can be taken back. */
const RESTORED_WITHIN_MS = 10 * 60_000;

/** The caller's own views and the shared ones, by name. */
export async function listViews(
  db: Queries,
  caller: Pick<ViewCaller, 'id' | 'role'>,
  list?: SavedList,
): Promise<View[]> {
  const { savedViews, operators } = db.tables;
  const rows = await db
    .select({ view: savedViews, name: operators.name, email: operators.email })
    .from(savedViews)
    .leftJoin(operators, eq(operators.id, savedViews.operatorId))
    .where(
      and(
        or(eq(savedViews.operatorId, caller.id), eq(savedViews.shared, true)),
        list === undefined ? undefined : eq(savedViews.list, list),
      ),
    )
    .orderBy(asc(savedViews.name), asc(savedViews.id));
  return rows.map(({ view, name, email }) => ({
    id: view.id,
    list: view.list,
    name: view.name,
    search: view.search,
    shared: view.shared,
    author: view.operatorId === null ? null : { id: view.operatorId, name: name || email || '' },
    mayChange: mayChange(view, caller),
    createdAt: view.createdAt,
  }));
}

/**
 * Keeps a view; an own one of the same name is replaced.
 *
 * @returns its id
 * @throws ApiError 403 to whom sharing is not allowed; 409 when there are too many, or another's shared view has the name
 */
export async function saveView(context: GatewayContext, caller: ViewCaller, input: ViewInput): Promise<string> {
  const { list, name, search, shared } = input;
  if (shared) refuseUnlessSharing(caller.role);
  const shelf: Shelf = { list, shared, operatorId: caller.id };
  return inShelves(context, async (tx) => {
    const { savedViews } = tx.tables;
    await refuseTooMany(tx, shelf, ne(savedViews.name, name));
    const now = context.clock.now();
    const values = { id: newId('viw', now), operatorId: caller.id, list, name, search, shared, createdAt: now };
    const [made] = await tx.insert(savedViews).values(values).onConflictDoNothing().returning();
    if (made) {
      if (shared) await note(context, tx, caller, 'view.shared', made);
      return { id: made.id, isShared: shared };
    }
    const [changed] = await tx
      .update(savedViews)
      .set({ search })
      .where(and(ofShelf(tx, shelf), eq(savedViews.name, name), eq(savedViews.operatorId, caller.id)))
      .returning();
    if (!changed) throw nameTaken(name);
    if (shared) await note(context, tx, caller, 'view.changed', changed, { changed: ['search'] });
    return { id: changed.id, isShared: shared };
  });
}

/**
 * Renames a view, gives it other filters, shares it or takes it back.
 *
 * @throws ApiError 404, 403 to whom it is not allowed, 409 when the name is taken or there are too many
 */
export async function changeView(
  context: GatewayContext,
  caller: ViewCaller,
  id: string,
  changes: ViewChanges,
): Promise<void> {
  await inShelves(context, async (tx) => {
    const { savedViews } = tx.tables;
    const before = await requireChangeable(tx, caller, id);
    const shared = changes.shared ?? before.shared;
    if (shared && !before.shared) refuseUnlessSharing(caller.role);
    if (!shared && before.operatorId !== caller.id) {
      const message = 'Only who made a view can keep it for themselves. Remove it instead.';
      throw new ApiError(403, 'forbidden', message, 'shared', { rule: 'view_of_another' });
    }
    const after = { name: changes.name ?? before.name, search: changes.search ?? before.search, shared };
    const changed = (['name', 'search', 'shared'] as const).filter((field) => after[field] !== before[field]);
    if (changed.length === 0) return { id, isShared: false };
    const shelf: Shelf = { list: before.list, shared, operatorId: before.operatorId };
    const others = and(ofShelf(tx, shelf), ne(savedViews.id, id));
    if ((await tx.$count(savedViews, and(others, eq(savedViews.name, after.name)))) > 0) throw nameTaken(after.name);
    await refuseTooMany(tx, shelf, ne(savedViews.id, id));
    const [row] = await tx.update(savedViews).set(after).where(eq(savedViews.id, id)).returning();
    const isShared = before.shared || shared;
    if (row && isShared) {
      const action = before.shared === shared ? 'view.changed' : shared ? 'view.shared' : 'view.unshared';
      await note(context, tx, caller, action, row, { changed });
    }
    return { id, isShared };
  });
}

/** Removes a view. @throws ApiError 404, or 403 when it is shared and somebody else's to change */
export async function removeView(context: GatewayContext, caller: ViewCaller, id: string): Promise<void> {
  await inShelves(context, async (tx) => {
    const { savedViews } = tx.tables;
    const before = await requireChangeable(tx, caller, id);
    await tx.delete(savedViews).where(eq(savedViews.id, id));
    if (before.shared) {
      const { operatorId: author, createdAt } = before;
      await note(context, tx, caller, 'view.removed', before, { author, createdAt });
    }
    return { id, isShared: before.shared };
  });
}

/**
 * Takes back the removal of a shared view by whoever removed it. Its author is read from the record of the removal: nobody
 * can name one.
 *
 * @throws ApiError 404 when the caller has not removed it lately, 409 when the name is taken or there are too many
 */
export async function restoreView(
  context: GatewayContext,
  caller: ViewCaller,
  id: string,
  { name, search }: ViewRestored,
): Promise<void> {
  await inShelves(context, async (tx) => {
    const { savedViews, operators } = tx.tables;
    const { list, author, createdAt } = await requireRemoval(context, tx, caller, id);
    if (author !== caller.id) refuseUnlessSharing(caller.role);
    const shelf: Shelf = { list, shared: true, operatorId: null };
    await refuseTooMany(tx, shelf, ne(savedViews.id, id));
    const [known] = author === null ? [] : await tx.select().from(operators).where(eq(operators.id, author));
    const values = { id, operatorId: known?.id ?? null, list, name, search, shared: true, createdAt };
    const [restored] = await tx.insert(savedViews).values(values).onConflictDoNothing().returning();
    if (restored) await note(context, tx, caller, 'view.restored', restored);
    // A second press finds it back.
    else if ((await tx.$count(savedViews, eq(savedViews.id, id))) === 0) throw nameTaken(name);
    return { id, isShared: true };
  });
}

/** Before an operator is removed: their own views go, what they shared stays. @returns whether any stays */
export async function leaveViews(tx: Tx, operatorId: string): Promise<boolean> {
  const { savedViews } = tx.tables;
  await tx.delete(savedViews).where(and(eq(savedViews.operatorId, operatorId), eq(savedViews.shared, false)));
  const left = await tx
    .update(savedViews)
    .set({ operatorId: null })
    .where(eq(savedViews.operatorId, operatorId))
    .returning();
  return left.length > 0;
}

/** A change of views, told to open consoles where others see it. */
async function inShelves(
  context: GatewayContext,
  change: (tx: Tx) => Promise<{ id: string; isShared: boolean }>,
): Promise<string> {
  const { id, isShared } = await context.db.tx(change);
  if (isShared) await context.events.emit({ kind: 'views_changed' });
  return id;
}

function ofShelf({ tables: { savedViews } }: Queries, { list, shared, operatorId }: Shelf) {
  const owner = operatorId === null ? isNull(savedViews.operatorId) : eq(savedViews.operatorId, operatorId);
  return and(eq(savedViews.list, list), eq(savedViews.shared, shared), shared ? undefined : owner);
}

function mayChange({ shared, operatorId }: ViewRow, caller: Pick<ViewCaller, 'id' | 'role'>): boolean {
  return operatorId === caller.id || (shared && roleAtLeast(caller.role, 'admin'));
}

async function requireChangeable(tx: Tx, caller: ViewCaller, id: string): Promise<ViewRow> {
  const { savedViews } = tx.tables;
  const [row] = await tx.select().from(savedViews).where(eq(savedViews.id, id));
  // What others keep for themselves is not there.
  if (!row || !(row.shared || row.operatorId === caller.id)) {
    throw new ApiError(404, 'view_not_found', 'You have no saved view with this id.');
  }
  if (mayChange(row, caller)) return row;
  const message = 'Only who made it, an owner or an administrator may change a shared view.';
  throw new ApiError(403, 'forbidden', message, undefined, { rule: 'shared_view' });
}

/** What the audit log tells of the caller's removal of a shared view. */
async function requireRemoval({ clock }: GatewayContext, tx: Tx, { actor }: ViewCaller, id: string) {
  const { auditLog } = tx.tables;
  const [entry] = await tx
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.targetId, id), eq(auditLog.action, 'view.removed')))
    .orderBy(desc(auditLog.at), desc(auditLog.seq))
    .limit(1);
  const isOwn = entry?.actorKind === actor.kind && entry.actorId === actor.id;
  if (!entry || !isOwn || entry.at < clock.now() - RESTORED_WITHIN_MS) {
    throw new ApiError(404, 'view_not_found', 'You have removed no shared view with this id in the last ten minutes.');
  }
  return entry.details as { list: SavedList; author: string | null; createdAt: number };
}

function refuseUnlessSharing(role: Role): void {
  if (roleAtLeast(role, 'admin')) return;
  const message = 'Only owners and administrators share views. Keep it for yourself.';
  throw new ApiError(403, 'forbidden', message, 'shared', { rule: 'sharing_views' });
}

async function refuseTooMany(tx: Tx, shelf: Shelf, others: SQL): Promise<void> {
  if ((await tx.$count(tx.tables.savedViews, and(ofShelf(tx, shelf), others))) < MOST_VIEWS) return;
  const message = `At most ${MOST_VIEWS} views can be kept. Remove one first.`;
  throw new ApiError(409, 'too_many_views', message, undefined, { values: { most: MOST_VIEWS } });
}

function nameTaken(name: string): ApiError {
  const message = `There is a view “${name}” already. Choose another name, or change that one.`;
  return new ApiError(409, 'view_name_taken', message, 'name', { values: { name } });
}

/** Names of views and what they search for may be people: the entry keeps the names of the filters, and the name apart. */
async function note(
  { audit }: GatewayContext,
  tx: Tx,
  { actor }: ViewCaller,
  action: string,
  { id, list, name, search }: ViewRow,
  details: Record<string, unknown> = {},
): Promise<void> {
  await audit.write(tx, {
    actor,
    action,
    target: { kind: 'view', id },
    details: { list, filters: [...new Set(new URLSearchParams(search).keys())], ...details },
    personal: { subjectId: null, data: { name } },
  });
}
