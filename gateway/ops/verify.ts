/** Proves the books: what the balances say is what the entries add up to, and nobody has changed what was written. */
import { type ChainProblem, verifyChain } from '../audit/verify-chain.ts';
import { openSqliteReadOnly, type ReadOnlyDatabase } from '../db/sqlite-read-only.ts';
import { bookChecks } from './verify-books.ts';

export interface CheckResult {
  /** Machine-readable, snake case. */
  readonly id: string;
  readonly title: string;
  readonly ok: boolean;
  /** What was found wrong, the first few; ids and numbers only. */
  readonly problems: readonly string[];
  /** How many things are wrong in all. */
  readonly found: number;
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
  /** The audit log's newest entry. Kept elsewhere, it shows later whether the end of the log was cut off. */
  readonly auditHead: { readonly seq: number; readonly hash: string } | null;
}

const LISTED = 20;

/**
 * Checks a database file, also while a gateway uses it: everything is read from one unchanging state.
 *
 * @throws Error when the file cannot be opened
 */
export async function verifyDatabase(file: string): Promise<VerifyReport> {
  const db = await openSqliteReadOnly(file);
  try {
    return await db.snapshot(() => verifySnapshot(db));
  } finally {
    await db.close();
  }
}

/**
 * Checks a Postgres database, also while gateways use it: everything is read from one unchanging state.
 *
 * @throws StartError when it cannot be opened
 */
export async function verifyPostgres(url: string): Promise<VerifyReport> {
  const { openPostgresReadOnly } = await import('../db/postgres-read-only.ts');
  const db = await openPostgresReadOnly(url);
  try {
    return await db.snapshot(() => verifySnapshot(db));
  } finally {
    await db.close();
  }
}

async function verifySnapshot(db: Omit<ReadOnlyDatabase, 'backup'>): Promise<VerifyReport> {
  const checks = [result('integrity', 'The database is sound', await db.integrityProblems())];
  for (const { id, title, problems } of bookChecks(db)) checks.push(result(id, title, await problems()));
  const chain = await verifyChain(db);
  checks.push(result('audit_chain', 'The audit log is whole', chain.problem ? [describe(chain.problem)] : []));
  return { ok: checks.every((check) => check.ok), checks, auditHead: chain.head };
}

function result(id: string, title: string, problems: readonly string[]): CheckResult {
  return { id, title, ok: problems.length === 0, problems: problems.slice(0, LISTED), found: problems.length };
}

function describe({ kind, seq }: ChainProblem): string {
  switch (kind) {
    case 'gap':
      return `entries before number ${seq} are missing, or it was put in`;
    case 'unlinked':
      return `entry ${seq} does not follow from the one before`;
    case 'altered':
      return `entry ${seq} is not what was written`;
  }
}
