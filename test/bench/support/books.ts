/** After the load: every request is in the books once, with what the mock reported, and nothing is reserved. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { USAGE } from '../traffic/messages.ts';

interface Sums {
  requests: number;
  charged: number;
  absorbed: number;
  total: number;
  unhappy: number;
}

/** @returns what is wrong, in sentences; empty when `answers` requests are all in the stopped gateway's database */
export function bookProblems(dataDir: string, answers: number): string[] {
  const file = readdirSync(dataDir).find((name) => name.endsWith('.db'));
  if (file === undefined || !existsSync(join(dataDir, file))) return [`There is no database in ${dataDir}.`];
  const db = new Database(join(dataDir, file), { readonly: true });
  try {
    const one = <T>(sql: string) => db.prepare<[], T>(sql).get();
    const sums = one<Sums>(`
      SELECT count(*) AS requests, total(charged_tokens) AS charged, total(absorbed_tokens) AS absorbed,
             total(total_tokens) AS total, total(outcome <> 'ok' OR usage_source <> 'reported') AS unhappy
      FROM usage_records`);
    const figures: [string, number | undefined, number][] = [
      ['usage records', sums?.requests, answers],
      ['tokens reported', sums?.total, answers * USAGE.total_tokens],
      ['tokens charged', sums?.charged, answers * USAGE.total_tokens],
      ['tokens absorbed', sums?.absorbed, 0],
      ['requests that did not end well', sums?.unhappy, 0],
      ['open holds', one<{ n: number }>('SELECT count(*) AS n FROM holds')?.n, 0],
      [
        'tokens of debit entries',
        one<{ n: number }>(`SELECT total(monthly_delta) AS n FROM ledger_entries`)?.n,
        answers * USAGE.total_tokens,
      ],
      [
        'tokens used by people',
        one<{ n: number }>('SELECT total(used_monthly) AS n FROM user_periods')?.n,
        answers * USAGE.total_tokens,
      ],
      ['tokens held of people', one<{ n: number }>('SELECT total(held_monthly) AS n FROM user_periods')?.n, 0],
      [
        'tokens in the roll-ups',
        one<{ n: number }>('SELECT total(charged_tokens) AS n FROM daily_rollups')?.n,
        answers * USAGE.total_tokens,
      ],
    ];
    return figures
      .filter(([, actual, expected]) => actual !== expected)
      .map(([name, actual, expected]) => `${name}: ${actual} instead of ${expected}`);
  } finally {
    db.close();
  }
}
