/**
 * Fills the database of a stopped gateway with two years of a large team: departments, users, usage records, their debits
 * and roll-ups, all in agreement, so that `verify` finds the books in order. Written by SQLite itself, day by day.
 */
import Database from 'better-sqlite3';

export interface Size {
  readonly records: number;
  readonly users: number;
  /** Default: two years. */
  readonly days?: number;
}

export const DAY_MS = 86_400_000;
export const DEPARTMENTS = 24;
const DAYS = 730;
const MODELS = 8;
/** Of each user. */
const OWN_MODELS = 3;

/**
 * Half of the users are at work each day. Everybody keeps to three of eight models; one user of twenty-five has no department.
 *
 * @param now the last day that is filled ends before the day of this instant
 * @returns seconds that it took
 */
export function fillSize(file: string, { records, users, days = DAYS }: Size, now: number): number {
  const startedAt = performance.now();
  const db = openForFilling(file);
  // An index that is made of rows that are all there is sorted once, instead of sought in ten million times.
  const indexes = db
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
       AND tbl_name IN ('usage_records', 'ledger_entries', 'daily_rollups')`,
    )
    .all();
  for (const { name } of indexes) db.exec(`DROP INDEX "${name}"`);
  const firstDay = Math.floor(now / DAY_MS) * DAY_MS - days * DAY_MS;
  const perDay = Math.ceil(records / days);
  addPeople(db, users, firstDay);
  const addDay = prepareDay(db, users, firstDay);
  db.exec('BEGIN');
  for (let day = 0; day * perDay < records; day++) addDay(day, day * perDay, Math.min(records, (day + 1) * perDay));
  db.exec(`
    INSERT INTO user_periods (user_id, period, used_monthly)
      SELECT user_id, substr(day, 1, 7), sum(charged_tokens) FROM daily_rollups GROUP BY 1, 2;
    INSERT INTO department_periods (department_id, period, used_tokens, used_micro_usd)
      SELECT 'team', substr(day, 1, 7), sum(charged_tokens), sum(cost_micro_usd) FROM daily_totals GROUP BY 2;
    INSERT INTO department_periods (department_id, period, used_tokens, used_micro_usd)
      SELECT department_id, substr(day, 1, 7), sum(charged_tokens), sum(cost_micro_usd) FROM daily_totals
      WHERE department_id <> '' GROUP BY 1, 2;
    COMMIT`);
  for (const { sql } of indexes) db.exec(sql);
  closeFilled(db);
  return (performance.now() - startedAt) / 1_000;
}

/** Nothing of a database that is filled is worth keeping when the machine stops half-way. */
export function openForFilling(file: string): Database.Database {
  const db = new Database(file);
  db.pragma('journal_mode = DELETE');
  db.pragma('journal_mode = OFF');
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -524288');
  db.pragma('foreign_keys = OFF');
  return db;
}

export function closeFilled(db: Database.Database): void {
  db.pragma('locking_mode = NORMAL');
  db.pragma('journal_mode = WAL');
  db.close();
}

/** SQL: the id of the user with a number. */
export function userId(firstDay: number, number: string): string {
  return `printf('usr_%012x7000800000000%07x', ${firstDay}, ${number})`;
}

function addPeople(db: Database.Database, users: number, at: number): void {
  db.prepare(`
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${DEPARTMENTS})
    INSERT INTO departments (id, name, created_at, updated_at)
    SELECT printf('unit-%02d', i), printf('Unit %02d', i), @at, @at FROM n`).run({ at });
  db.prepare(`
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < @users)
    INSERT INTO users (id, email, name, plan_id, department_id, limit_mode, created_at, updated_at, last_seen_at)
    SELECT ${userId(at, 'i')}, printf('person%05d@example.com', i), printf('Person %d', i),
           CASE i % 3 WHEN 0 THEN 'pro' ELSE 'basic' END,
           CASE WHEN i % 25 < ${DEPARTMENTS} THEN printf('unit-%02d', i % 25) END, 'inherit', @at + i * 1000, @at, @at + i
    FROM n`).run({ users, at });
}

/** Adds the records from `first` up to, but without, `end` to a day. */
function prepareDay(db: Database.Database, users: number, firstDay: number) {
  const half = Math.max(1, Math.floor(users / 2));
  const record = db.prepare(`
    WITH RECURSIVE n(i) AS (SELECT @first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < @end),
    who AS (
      SELECT i, @at + CAST((i - @first) * ${DAY_MS}.0 / (@end - @first) AS INTEGER) AS at,
             (i * 7919 % ${half}) * 2 + @day % 2 AS person FROM n),
    made AS (
      SELECT i, at, person, CAST((person * ${OWN_MODELS} + (i / @users) % ${OWN_MODELS}) % ${MODELS} AS INTEGER) AS model FROM who)
    INSERT INTO usage_records (id, user_id, department_id, key_id, period, model, upstream_id, endpoint, method, streamed,
      reserved_tokens, prompt_tokens, completion_tokens, total_tokens, charged_tokens, cost_micro_usd, usage_source, outcome,
      status_code, duration_ms, first_byte_ms, created_at, settled_at)
    SELECT printf('req_%012x7%03x8%015x', at, i % 4096, i), ${userId(firstDay, 'person')},
      CASE WHEN person % 25 < ${DEPARTMENTS} THEN printf('unit-%02d', person % 25) END, 'key_bench', @period,
      'model-' || model, CASE WHEN model % 4 = 3 THEN 'second' ELSE 'mock' END, '/v1/chat/completions', 'POST', i % 2, 4000,
      100 + i % 900, 50 + i % 450, 150 + i % 900 + i % 450, 150 + i % 900 + i % 450, 20 + i % 300, 'reported',
      CASE WHEN i % 200 = 0 THEN 'client_aborted' WHEN i % 997 = 0 THEN 'upstream_error' ELSE 'ok' END, 200,
      800 + i % 5000, 200 + i % 700, at, at + 1500 FROM made`);
  const between = 'WHERE id >= @from AND id < @to';
  const debit = db.prepare(`
    INSERT INTO ledger_entries (id, user_id, period, kind, monthly_delta, credits_delta, used_monthly_after, credits_after,
      usage_id, created_at)
    SELECT 'led_' || substr(id, 5), user_id, period, 'debit', charged_tokens, 0, 0, 0, id, created_at FROM usage_records ${between}`);
  const sums = `count(*), sum(outcome NOT IN ('ok', 'client_aborted')), sum(prompt_tokens), sum(completion_tokens), 0, 0,
      sum(total_tokens), sum(charged_tokens), 0, sum(cost_micro_usd), sum(duration_ms), sum(first_byte_ms)`;
  const columns = `requests, errors, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, total_tokens,
      charged_tokens, absorbed_tokens, cost_micro_usd, duration_ms, first_byte_ms`;
  const department = `coalesce(department_id, '')`;
  const rollup = db.prepare(`
    INSERT INTO daily_rollups (day, user_id, department_id, model, upstream_id, ${columns})
    SELECT @name, user_id, ${department}, model, upstream_id, ${sums} FROM usage_records ${between}
    GROUP BY user_id, ${department}, model, upstream_id`);
  const total = db.prepare(`
    INSERT INTO daily_totals (day, department_id, model, upstream_id, ${columns})
    SELECT @name, ${department}, model, upstream_id, ${sums} FROM usage_records ${between}
    GROUP BY ${department}, model, upstream_id`);
  return (day: number, first: number, end: number) => {
    const at = firstDay + day * DAY_MS;
    const name = new Date(at).toISOString().slice(0, 10);
    record.run({ first, end, at, day, users, period: name.slice(0, 7) });
    const range = { from: prefix(at), to: prefix(at + DAY_MS) };
    debit.run(range);
    rollup.run({ ...range, name });
    total.run({ ...range, name });
  };
}

function prefix(at: number): string {
  return `req_${at.toString(16).padStart(12, '0')}`;
}
