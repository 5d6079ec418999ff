/** The two ends of carrying all rows of a database: where they are read, and where they are written. */
import type { TransferRow } from './transfer-rows.ts';
import type { TransferTable } from './transfer-tables.ts';

/** Sums that people can compare. */
export interface BookSums {
  readonly users: number;
  readonly credits: number;
  readonly monthlyDelta: number;
  readonly creditsDelta: number;
  readonly chargedTokens: number;
  /** The audit log's newest entry; null when it is empty. */
  readonly chainHead: { readonly seq: number; readonly hash: string } | null;
}

/** One unchanging state of a database. */
export interface RowSource {
  readonly engine: 'sqlite' | 'postgres';
  /** How many migrations made its schema. */
  readonly migrations: number;
  /** Those that it has. */
  readonly tables: readonly TransferTable[];
  count(table: TransferTable): Promise<number>;
  /** All rows after a key, in the order of the key's bytes. */
  pages(table: TransferTable, after?: TransferRow | null): AsyncGenerator<TransferRow[]>;
  sums(): Promise<BookSums>;
  close(): Promise<void>;
}

/** A database that is being filled. */
export interface RowTarget {
  /** One page, all of it or nothing. */
  write(table: TransferTable, rows: readonly TransferRow[]): Promise<void>;
  /** The key of the last row of a table, in the order of `RowSource.pages`; null for an empty table. */
  lastKey(table: TransferTable): Promise<TransferRow | null>;
  /** Removes all rows of all tables. */
  clear(): Promise<void>;
}

/** A database that another one moves into. Until it is complete it holds a mark, and no gateway opens it. */
export interface MoveTarget extends RowTarget {
  /** What is in it. */
  state(): Promise<MoveState>;
  /** Says whose rows are coming. */
  mark(moveId: string): Promise<void>;
  /** Writes the last table in place of the mark, and everything to the disk: from now on it is a database like any other. */
  complete(last: TransferTable, rows: readonly TransferRow[]): Promise<void>;
  /** What is in it now, to be compared. */
  source(): Promise<RowSource>;
  close(): Promise<void>;
}

export type MoveState =
  | { readonly kind: 'empty' }
  | { readonly kind: 'moving'; readonly moveId: string }
  | { readonly kind: 'in_use' };

/** The key in `installation` under which a database says that it is not complete. */
export const MOVE_MARK = 'moving_from';

/** As many rows as are carried in one step. */
export const PAGE_ROWS = 2_000;

/** On both engines alike. */
export const SUM_STATEMENTS = {
  users: 'SELECT count(*), coalesce(sum(credits), 0) FROM users',
  ledger: 'SELECT coalesce(sum(monthly_delta), 0), coalesce(sum(credits_delta), 0) FROM ledger_entries',
  usage: 'SELECT coalesce(sum(charged_tokens), 0) FROM usage_records',
  head: 'SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1',
};

/** @param first runs one statement and gives its first row */
export async function readSums(first: (sql: string) => Promise<readonly unknown[] | undefined>): Promise<BookSums> {
  const [users = 0, credits = 0] = (await first(SUM_STATEMENTS.users)) ?? [];
  const [monthlyDelta = 0, creditsDelta = 0] = (await first(SUM_STATEMENTS.ledger)) ?? [];
  const [chargedTokens = 0] = (await first(SUM_STATEMENTS.usage)) ?? [];
  const head = await first(SUM_STATEMENTS.head);
  return {
    users: Number(users),
    credits: Number(credits),
    monthlyDelta: Number(monthlyDelta),
    creditsDelta: Number(creditsDelta),
    chargedTokens: Number(chargedTokens),
    chainHead: head ? { seq: Number(head[0]), hash: String(head[1]) } : null,
  };
}
