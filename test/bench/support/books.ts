/** After the load: every request is in the books once, with what the mock reported, and nothing is reserved. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { USAGE } from '../traffic/messages.ts';

/** One row of a query that both engines understand. */
type AskForRow = (sql: string) => Promise<Record<string, unknown>>;

/** @returns what is wrong, in sentences; empty when `answers` requests are all in the stopped gateway's database */
export async function bookProblems(dataDir: string, answers: number): Promise<string[]> {
  const file = readdirSync(dataDir).find((name) => name.endsWith('.db'));
  if (file === undefined || !existsSync(join(dataDir, file))) return [`There is no database in ${dataDir}.`];
  const db = new Database(join(dataDir, file), { readonly: true });
  try {
    return await differences(async (sql) => db.prepare<[], Record<string, unknown>>(sql).get() ?? {}, answers);
  } finally {
    db.close();
  }
}

/** The same of a Postgres database. */
export async function postgresBookProblems(url: string, answers: number): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await differences(async (sql) => (await client.query(sql)).rows[0] ?? {}, answers);
  } finally {
    await client.end();
  }
}

async function differences(ask: AskForRow, answers: number): Promise<string[]> {
  const sum = async (column: string, table: string) =>
    Number((await ask(`SELECT coalesce(sum(${column}), 0) AS n FROM ${table}`)).n);
  const count = async (table: string) => Number((await ask(`SELECT count(*) AS n FROM ${table}`)).n);
  const unhappy = `CASE WHEN outcome <> 'ok' OR usage_source <> 'reported' THEN 1 ELSE 0 END`;
  const tokens = answers * USAGE.total_tokens;
  const figures: [string, number, number][] = [
    ['usage records', await count('usage_records'), answers],
    ['tokens reported', await sum('total_tokens', 'usage_records'), tokens],
    ['tokens charged', await sum('charged_tokens', 'usage_records'), tokens],
    ['tokens absorbed', await sum('absorbed_tokens', 'usage_records'), 0],
    ['requests that did not end well', await sum(unhappy, 'usage_records'), 0],
    ['open holds', await count('holds'), 0],
    ['tokens of debit entries', await sum('monthly_delta', 'ledger_entries'), tokens],
    ['tokens used by people', await sum('used_monthly', 'user_periods'), tokens],
    ['tokens held of people', await sum('held_monthly', 'user_periods'), 0],
    ['tokens in the roll-ups', await sum('charged_tokens', 'daily_rollups'), tokens],
  ];
  return figures
    .filter(([, actual, expected]) => actual !== expected)
    .map(([name, actual, expected]) => `${name}: ${actual} instead of ${expected}`);
}
