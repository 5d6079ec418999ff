/**
 * Fills the database of a stopped gateway with a year of a large team: users, usage records, their debits and roll-ups,
 * all in agreement, so that `verify` finds the books in order. Written by SQLite itself, day by day.
 *
 * `node test/bench/support/fill-size.ts <database> [records] [users]` does the same by hand.
 */
import Database from 'better-sqlite3';

export interface Size {
  readonly records: number;
  readonly users: number;
}

const DAYS = 365;
const DAY_MS = 86_400_000;
const MODELS = 8;

/** @param now the last day that is filled ends before the day of this instant. @returns seconds that it took */
export function fillSize(file: string, { records, users }: Size, now: number): number {
  const startedAt = performance.now();
  const db = new Database(file);
  // Nothing of this is worth keeping when the machine stops half-way.
  db.pragma('journal_mode = DELETE');
  db.pragma('journal_mode = OFF');
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -524288');
  db.pragma('foreign_keys = OFF');
  const firstDay = Math.floor(now / DAY_MS) * DAY_MS - DAYS * DAY_MS;
  const perDay = Math.ceil(records / DAYS);
  db.prepare(`
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < @users)
    INSERT INTO users (id, email, name, plan_id, limit_mode, created_at, updated_at, last_seen_at)
    SELECT printf('usr_%012x7000800000000%07x', @at, i), printf('person%05d@example.com', i), printf('Person %d', i),
           CASE i % 3 WHEN 0 THEN 'pro' ELSE 'basic' END, 'inherit', @at, @at, @at + i FROM n`).run({
    users,
    at: firstDay,
  });
  const record = db.prepare(`
    WITH RECURSIVE n(i) AS (SELECT @first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < @end),
    made AS (
      SELECT i, @day + CAST((i - @first) * 86400000.0 / (@end - @first) AS INTEGER) AS at,
             (i * 7919 + i / 997) % @users AS person FROM n)
    INSERT INTO usage_records (id, user_id, key_id, period, model, upstream_id, endpoint, method, streamed, reserved_tokens,
      prompt_tokens, completion_tokens, total_tokens, charged_tokens, cost_micro_usd, usage_source, outcome, status_code,
      duration_ms, first_byte_ms, created_at, settled_at)
    SELECT printf('req_%012x7%03x8%015x', at, i % 4096, i), printf('usr_%012x7000800000000%07x', @born, person), 'key_bench',
      strftime('%Y-%m', at / 1000, 'unixepoch'), 'model-' || CAST((person + @dayNumber) % ${MODELS} AS INTEGER), 'mock', '/v1/chat/completions',
      'POST', i % 2, 4000, 100 + i % 900, 50 + i % 450, 150 + i % 900 + i % 450, 150 + i % 900 + i % 450, 20 + i % 300, 'reported',
      CASE WHEN i % 200 = 0 THEN 'client_aborted' ELSE 'ok' END, 200, 800 + i % 5000, 200 + i % 700, at, at + 1500 FROM made`);
  const between = 'WHERE id >= @from AND id < @to';
  const debit = db.prepare(`
    INSERT INTO ledger_entries (id, user_id, period, kind, monthly_delta, credits_delta, used_monthly_after, credits_after,
      usage_id, created_at)
    SELECT 'led_' || substr(id, 5), user_id, period, 'debit', charged_tokens, 0, 0, 0, id, created_at FROM usage_records ${between}`);
  const sums = `count(*), sum(outcome NOT IN ('ok', 'client_aborted')), sum(prompt_tokens), sum(completion_tokens), 0, 0,
      sum(total_tokens), sum(charged_tokens), 0, sum(cost_micro_usd), sum(duration_ms), sum(first_byte_ms)`;
  const columns = `requests, errors, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, total_tokens,
      charged_tokens, absorbed_tokens, cost_micro_usd, duration_ms, first_byte_ms`;
  const rollup = db.prepare(`
    INSERT INTO daily_rollups (day, user_id, department_id, model, upstream_id, ${columns})
    SELECT @name, user_id, '', model, upstream_id, ${sums} FROM usage_records ${between} GROUP BY user_id, model, upstream_id`);
  const total = db.prepare(`
    INSERT INTO daily_totals (day, department_id, model, upstream_id, ${columns})
    SELECT @name, '', model, upstream_id, ${sums} FROM usage_records ${between} GROUP BY model, upstream_id`);
  db.exec('BEGIN');
  for (let day = 0; day < DAYS; day++) {
    const first = day * perDay;
    const end = Math.min(records, first + perDay);
    if (end <= first) break;
    const at = firstDay + day * DAY_MS;
    record.run({ first, end, day: at, dayNumber: day, users, born: firstDay });
    const range = { from: prefix(at), to: prefix(at + DAY_MS) };
    debit.run(range);
    const named = { ...range, name: new Date(at).toISOString().slice(0, 10) };
    rollup.run(named);
    total.run(named);
  }
  db.exec(`
    INSERT INTO user_periods (user_id, period, used_monthly)
      SELECT user_id, substr(day, 1, 7), sum(charged_tokens) FROM daily_rollups GROUP BY 1, 2;
    INSERT INTO department_periods (department_id, period, used_tokens, used_micro_usd)
      SELECT 'team', substr(day, 1, 7), sum(charged_tokens), sum(cost_micro_usd) FROM daily_totals GROUP BY 2;
    COMMIT`);
  db.pragma('locking_mode = NORMAL');
  db.pragma('journal_mode = WAL');
  db.close();
  return (performance.now() - startedAt) / 1_000;
}

function prefix(at: number): string {
  return `req_${at.toString(16).padStart(12, '0')}`;
}

if (import.meta.main) {
  const [file = '', records = '10000000', users = '10000'] = process.argv.slice(2);
  const seconds = fillSize(file, { records: Number(records), users: Number(users) }, Date.now());
  console.log(`${records} usage records of ${users} users in ${seconds.toFixed(0)} s`);
}
