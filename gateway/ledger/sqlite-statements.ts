/** The ledger's prepared statements on SQLite. Column names follow `db/schema.sqlite.ts`. */
import type { Database } from 'better-sqlite3';
import type {
  CapRow,
  DepartmentPeriodRow,
  EntryRow,
  HoldRow,
  OwnRow,
  PeriodRow,
  PlanRow,
  UsageRow,
} from './sqlite-rows.ts';

/** What roll-ups add up, in the order in which the statements take them. */
const FIGURES = [
  'requests',
  'errors',
  'prompt_tokens',
  'completion_tokens',
  'cached_tokens',
  'reasoning_tokens',
  'total_tokens',
  'charged_tokens',
  'absorbed_tokens',
  'cost_micro_usd',
  'duration_ms',
  'first_byte_ms',
];

/** Of a usage record: what is known when it is opened. */
const OPENING_COLUMNS = [
  'id',
  'user_id',
  'department_id',
  'key_id',
  'period',
  'model',
  'endpoint',
  'method',
  'streamed',
  'reserved_tokens',
  'user_agent',
  'ip_address',
  'created_at',
];
const PENDING_COLUMNS = [...OPENING_COLUMNS, 'upstream_id', 'outcome'];
/** What its settlement adds. */
const SETTLED_COLUMNS = [
  'upstream_id',
  'outcome',
  'prompt_tokens',
  'completion_tokens',
  'cached_tokens',
  'reasoning_tokens',
  'cache_write_tokens',
  'audio_tokens',
  'image_tokens',
  'total_tokens',
  'charged_tokens',
  'absorbed_tokens',
  'cost_micro_usd',
  'price_known',
  'usage_source',
  'status_code',
  'duration_ms',
  'first_byte_ms',
  'error_message',
  'settled_at',
];
const HOLD_COLUMNS = [
  'id',
  'user_id',
  'department_id',
  'period',
  'monthly_tokens',
  'credit_tokens',
  'cost_micro_usd',
  'gateway_id',
  'created_at',
];
const ENTRY_COLUMNS = [
  'id',
  'user_id',
  'period',
  'kind',
  'monthly_delta',
  'credits_delta',
  'used_monthly_after',
  'credits_after',
  'usage_id',
  'operator_id',
  'reason',
  'details',
  'created_at',
];
const KEPT_COLUMNS = ['id_hash', 'user_id', 'tokens', 'upstream_id', 'updated_at'];

/**
 * Parameters are by position: names cost a look-up each, and these run for every request.
 *
 * Each statement reads or writes one table. A join would cost ten times as much: this SQLite is built with STAT4,
 * which plans a join anew for every set of parameters.
 */
export function prepareStatements(db: Database) {
  return {
    user: db.prepare<[id: string], OwnRow>(`
      SELECT id, status, status_reason AS statusReason, suspended_until AS suspendedUntil, plan_id AS planId,
             department_id AS departmentId, limit_mode AS limitMode, monthly_limit AS monthlyLimit, credits,
             held_credits AS heldCredits, open_holds AS openHolds
      FROM users WHERE id = ?`),
    plan: db.prepare<[id: string], PlanRow>(`
      SELECT limit_mode AS planLimitMode, monthly_limit AS planMonthlyLimit, concurrent FROM plans WHERE id = ?`),
    period: db.prepare<[userId: string, period: string], PeriodRow>(`
      SELECT used_monthly AS usedMonthly, used_credits AS usedCredits, held_monthly AS heldMonthly
      FROM user_periods WHERE user_id = ? AND period = ?`),
    activate: db.prepare(
      `UPDATE users SET status = 'active', status_reason = NULL, suspended_until = NULL, updated_at = ? WHERE id = ?`,
    ),

    insertPeriod: db.prepare(`INSERT INTO user_periods (user_id, period) VALUES (?, ?) ON CONFLICT DO NOTHING`),
    openPeriodsBefore: db.prepare<[userId: string, period: string], PeriodRow & { period: string }>(`
      SELECT period, used_monthly AS usedMonthly, used_credits AS usedCredits, held_monthly AS heldMonthly
      FROM user_periods WHERE user_id = ? AND period < ? AND closed_at IS NULL ORDER BY period`),
    closePeriod: db.prepare(`UPDATE user_periods SET closed_at = ? WHERE user_id = ? AND period = ?`),
    changePeriod: db.prepare(`
      UPDATE user_periods SET used_monthly = used_monthly + ?, used_credits = used_credits + ?, held_monthly = held_monthly + ?
      WHERE user_id = ? AND period = ?`),
    /** Who was not seen keeps the time of before. */
    changeUser: db.prepare(`
      UPDATE users SET credits = credits + ?, held_credits = held_credits + ?, open_holds = open_holds + ?,
        last_seen_at = coalesce(?, last_seen_at)
      WHERE id = ?`),

    /** A department's caps, when they stop. */
    cap: db.prepare<[id: string], CapRow>(`
      SELECT id, name, cap_tokens AS capTokens, cap_micro_usd AS capMicroUsd
      FROM departments WHERE id = ? AND stop_at_cap = 1 AND (cap_tokens IS NOT NULL OR cap_micro_usd IS NOT NULL)`),
    departmentPeriod: db.prepare<[departmentId: string, period: string], DepartmentPeriodRow>(`
      SELECT used_tokens AS usedTokens, used_micro_usd AS usedMicroUsd, held_tokens AS heldTokens,
             held_micro_usd AS heldMicroUsd
      FROM department_periods WHERE department_id = ? AND period = ?`),
    addToDepartment: db.prepare(`
      INSERT INTO department_periods (department_id, period, used_tokens, used_micro_usd, held_tokens, held_micro_usd)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (department_id, period) DO UPDATE SET
        used_tokens = used_tokens + excluded.used_tokens, used_micro_usd = used_micro_usd + excluded.used_micro_usd,
        held_tokens = held_tokens + excluded.held_tokens, held_micro_usd = held_micro_usd + excluded.held_micro_usd`),

    insertHold: db.prepare(insertInto('holds', HOLD_COLUMNS)),
    hold: db.prepare<[id: string], HoldRow>(`${SELECT_HOLD} WHERE id = ?`),
    allHolds: db.prepare<[], HoldRow>(`${SELECT_HOLD} ORDER BY id`),
    gatewayHolds: db.prepare<[gatewayId: string], HoldRow>(`${SELECT_HOLD} WHERE gateway_id = ? ORDER BY id`),
    deleteHold: db.prepare(`DELETE FROM holds WHERE id = ?`),

    insertPending: db.prepare(insertInto('usage_records', PENDING_COLUMNS)),
    insertSettled: db.prepare(insertInto('usage_records', [...OPENING_COLUMNS, ...SETTLED_COLUMNS])),
    usage: db.prepare<[id: string], UsageRow>(`
      SELECT user_id AS userId, department_id AS departmentId, period, model,
        outcome = 'interrupted' AND duration_ms IS NULL AS isGivenBack
      FROM usage_records WHERE id = ?`),
    settleUsage: db.prepare(
      `UPDATE usage_records SET ${SETTLED_COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`,
    ),
    interruptUsage: db.prepare(
      `UPDATE usage_records SET outcome = 'interrupted', usage_source = 'none', settled_at = ? WHERE id = ? AND outcome = 'pending'`,
    ),

    keep: db.prepare(`
      ${insertInto('kept_answers', KEPT_COLUMNS)}
      ON CONFLICT (id_hash) DO UPDATE SET
        tokens = excluded.tokens, upstream_id = excluded.upstream_id, updated_at = excluded.updated_at
      WHERE user_id = excluded.user_id`),

    insertEntry: db.prepare(insertInto('ledger_entries', ENTRY_COLUMNS)),
    entry: db.prepare<[id: string], EntryRow>(
      `SELECT user_id AS userId, kind, credits_delta AS creditsDelta FROM ledger_entries WHERE id = ?`,
    ),

    /** Rows are the ledger's lines, as JSON: see \`sqlite-journal.ts\`. */
    journal: db.prepare<[], string>(`SELECT lines FROM ledger_journal ORDER BY id`).pluck(),
    isJournalled: db.prepare<[], number>(`SELECT 1 FROM ledger_journal LIMIT 1`).pluck(),
    addToJournal: db.prepare(`INSERT INTO ledger_journal (lines) VALUES (?)`),
    clearJournal: db.prepare(`DELETE FROM ledger_journal`),
    /** Changes when another connection has written. */
    dataVersion: db.prepare<[], number>(`PRAGMA data_version`).pluck(),

    addToRollUp: db.prepare(addTo('daily_rollups', ['day', 'user_id', 'department_id', 'model', 'upstream_id'])),
    addToTotal: db.prepare(addTo('daily_totals', ['day', 'department_id', 'model', 'upstream_id'])),
  };
}

export type Statements = ReturnType<typeof prepareStatements>;

const SELECT_HOLD = `
  SELECT id, user_id AS userId, department_id AS departmentId, period, monthly_tokens AS monthlyTokens,
         credit_tokens AS creditTokens, cost_micro_usd AS costMicroUsd FROM holds`;

function insertInto(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

/** Adds figures to the row of `keys`, made where it is missing. */
function addTo(table: string, keys: readonly string[]): string {
  return `
    ${insertInto(table, [...keys, ...FIGURES])}
    ON CONFLICT (${keys.join(', ')}) DO UPDATE SET
    ${FIGURES.map((figure) => `${figure} = ${figure} + excluded.${figure}`).join(', ')}`;
}
