/** Users from a table: first shown, then made and changed in one transaction, all of them or none. */
import { hash } from 'node:crypto';
import { and, inArray, ne } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { ImportAnswer, ImportError, ImportRequest, ImportRow } from '../contract/user-import.ts';
import { createUserBody, type LimitInput, type UpdateUser, type User } from '../contract/users.ts';
import type { Queries, Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { TEAM_ID } from '../db/seed.ts';
import { ApiError } from '../ops/api-error.ts';
import { limitForm } from '../plans/limit-form.ts';
import { insertUser, updateUser } from './changes.ts';
import { type Changer, requireReason } from './checks.ts';
import { type CellTerms, type ImportWish, importError, readLine } from './import-cells.ts';
import { readUserTable, type UserTable } from './import-table.ts';
import { findUsers, outlookOf } from './queries.ts';

const SHOWN = 200;
/** Values in one question to the database. */
const CHUNK = 500;

interface ImportPlan {
  readonly lines: number;
  readonly errors: readonly ImportError[];
  readonly ignored: readonly string[];
  readonly rows: readonly PlannedRow[];
  readonly selection: string;
}

type PlannedRow = ImportRow & { readonly wish: ImportWish };

/** What the file would do; writes nothing. @throws ApiError 400 for a file that cannot be read at all */
export async function previewImport(context: GatewayContext, { csv }: ImportRequest): Promise<ImportAnswer> {
  return answerOf(await planImport(context, context.db, await readUserTable(csv)), true);
}

/**
 * Makes and changes what the file says, inside the caller's transaction. The same file again finds nothing to do.
 *
 * @returns the answer, and the ids of the users who are others now
 * @throws ApiError 400 `import_errors` with any error in any line, 409 `selection_changed` when the users are others than
 *   in the preview
 */
export async function commitImport(
  context: GatewayContext,
  tx: Tx,
  table: UserTable,
  request: ImportRequest,
  by: Changer,
): Promise<{ answer: ImportAnswer; userIds: string[] }> {
  const why = requireReason(request.reason, 'these users change');
  const plan = await planImport(context, tx, table);
  const [first] = plan.errors;
  if (first) {
    throw new ApiError(
      400,
      'import_errors',
      `Nothing was imported: ${plan.errors.length} cells are wrong, the first in line ${first.line}. ${first.message}`,
      'csv',
    );
  }
  if (request.selection !== undefined && request.selection !== plan.selection) {
    throw new ApiError(409, 'selection_changed', 'Users have changed meanwhile. Look at the preview again.');
  }
  const userIds: string[] = [];
  for (const { id, wish } of plan.rows) {
    if (id === null) userIds.push(await makeUser(context, tx, wish, why, by));
    else {
      await updateUser(context, tx, id, updateOf(wish, why), by);
      userIds.push(id);
    }
  }
  return { answer: answerOf(plan, false), userIds };
}

async function makeUser(
  context: GatewayContext,
  tx: Tx,
  { email = '', id: _id, ...wish }: ImportWish,
  reason: string,
  by: Changer,
): Promise<string> {
  const userId = newId('usr', context.clock.now());
  const input = createUserBody.parse({ ...wish, name: wish.name ?? email.slice(0, email.indexOf('@')), reason });
  await insertUser(context, tx, { ...input, userId, email }, by);
  return userId;
}

function updateOf({ id: _id, ...wish }: ImportWish, reason: string): UpdateUser {
  return { ...wish, reason };
}

async function planImport(context: GatewayContext, db: Queries, table: UserTable): Promise<ImportPlan> {
  const terms = await termsOf(context, db);
  const read = table.lines.map((line) => readLine(line, terms));
  const errors = read.flatMap((line) => line.errors);
  const known = await knownUsers(
    context,
    db,
    read.map(({ wish }) => wish),
  );
  const seen = new Set<string>();
  const rows: PlannedRow[] = [];
  for (const { line, wish, errors: own } of read) {
    if (own.length > 0) continue;
    const user = wish.email === undefined ? undefined : known.byEmail.get(wish.email);
    const found = user ?? (wish.id === undefined ? undefined : known.byId.get(wish.id));
    if (wish.id !== undefined && wish.email === undefined && !found) {
      errors.push(importError(line, 'id', 'unknown_user', wish.id));
      continue;
    }
    const who = found?.id ?? wish.email ?? '';
    if (seen.has(who)) {
      errors.push(importError(line, wish.email === undefined ? 'id' : 'email', 'duplicate_user', wish.email ?? who));
      continue;
    }
    seen.add(who);
    const row = found ? changedRow(line, wish, found, known.own.get(found.id)) : createdRow(line, wish);
    if (row) rows.push(row);
  }
  const facts = rows.map(({ id, email, action, changes }) => [id, email, action, changes]);
  const selection = hash('sha256', JSON.stringify([facts, errors.length]), 'hex').slice(0, 32);
  errors.sort((left, right) => left.line - right.line);
  return { lines: table.lines.length, errors, ignored: table.ignored, rows, selection };
}

async function termsOf({ settings }: GatewayContext, db: Queries): Promise<CellTerms> {
  const { plans, departments } = db.tables;
  const [planRows, departmentRows] = await Promise.all([
    db.select({ id: plans.id, name: plans.name }).from(plans),
    db.select({ id: departments.id, name: departments.name }).from(departments).where(ne(departments.id, TEAM_ID)),
  ]);
  return { settings: settings.current(), plans: planRows, departments: departmentRows };
}

/** What is set for a user beside what the list shows. */
interface OwnValues {
  readonly locale: string | null;
  readonly limit: LimitInput;
}

/** The users whom the lines may mean; deleted ones are nobody. */
async function knownUsers(context: GatewayContext, db: Queries, wishes: readonly ImportWish[]) {
  const { users } = db.tables;
  const own = new Map<string, OwnValues>();
  const find = async (column: typeof users.email | typeof users.id, values: readonly string[]) => {
    for (let start = 0; start < values.length; start += CHUNK) {
      const rows = await db
        .select({
          id: users.id,
          locale: users.locale,
          limitMode: users.limitMode,
          monthlyLimit: users.monthlyLimit,
        })
        .from(users)
        .where(and(inArray(column, values.slice(start, start + CHUNK)), ne(users.status, 'deleted')));
      for (const row of rows) own.set(row.id, { locale: row.locale, limit: limitForm(row) });
    }
  };
  await find(users.email, [...new Set(wishes.flatMap(({ email }) => email ?? []))]);
  await find(users.id, [...new Set(wishes.flatMap(({ id }) => id ?? []))]);
  const ids = [...own.keys()];
  const found: User[] = [];
  for (let start = 0; start < ids.length; start += CHUNK)
    found.push(...(await findUsers(db, outlookOf(context), ids.slice(start, start + CHUNK))));
  return {
    byEmail: new Map(found.flatMap((user) => (user.email === null ? [] : [[user.email, user] as const]))),
    byId: new Map(found.map((user) => [user.id, user])),
    own,
  };
}

function createdRow(line: number, wish: ImportWish): PlannedRow {
  const { id: _id, email = null, name = '', ...rest } = wish;
  const changes = Object.entries(rest).map(([column, after]) => ({ column, before: null, after }));
  return { line, id: null, email, name, action: 'create', changes: changes as ImportRow['changes'], wish };
}

/** Null when the user is as the line says already. */
function changedRow(line: number, wish: ImportWish, user: User, own: OwnValues | undefined): PlannedRow | null {
  const { email, name, plan, department, monthlyLimit } = user;
  const before: Record<string, string | number | null> = { email, name, plan, department, monthlyLimit };
  before.locale = own?.locale ?? null;
  const changes = Object.entries(wish)
    .filter(([column, after]) => column !== 'id' && before[column] !== after)
    // A limit that is written as it counts now, as an export does, is none of the user's own.
    .filter(([column, after]) => column !== 'monthlyLimit' || own?.limit !== after)
    .map(([column, after]) => ({ column, before: before[column] ?? null, after }));
  if (changes.length === 0) return null;
  const changed: ImportWish = Object.fromEntries(changes.map(({ column, after }) => [column, after]));
  return {
    line,
    id: user.id,
    email: user.email,
    name: user.name,
    action: 'change',
    changes: changes as ImportRow['changes'],
    wish: changed,
  };
}

function answerOf({ lines, errors, ignored, rows, selection }: ImportPlan, preview: boolean): ImportAnswer {
  const created = rows.filter(({ action }) => action === 'create').length;
  return {
    preview,
    lines,
    created,
    changed: rows.length - created,
    unchanged: lines - rows.length - new Set(errors.map(({ line }) => line)).size,
    errors: errors.slice(0, SHOWN),
    errorCount: errors.length,
    ignored: [...ignored],
    rows: rows.slice(0, SHOWN).map(({ wish: _wish, ...row }) => row),
    selection,
  };
}
