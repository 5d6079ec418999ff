/** What the rest of the gateway sees of a database, whatever engine is behind it. */
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { Ledger } from '../ledger/port.ts';
import type { Notices } from './postgres-notices.ts';
import type * as schema from './schema.pg.ts';

export type Tables = typeof schema;

type Builder = PgDatabase<PgQueryResultHKT, Tables>;

/**
 * A handle for queries. Only calls that both engines have; typed as Postgres, which lacks SQLite's own.
 * `tables` are the engine's tables: always build queries from them.
 */
export interface Queries
  extends Pick<Builder, 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | '$count'> {
  readonly tables: Tables;
}

/** The ledger's rare steps as parts of an open transaction: they stay or go with the rest of it. */
export type TxLedger = Pick<Ledger, 'move' | 'balance'>;

/** A handle inside an open transaction. Database work only: no network, no timers. */
export interface Tx extends Queries {
  readonly inTransaction: true;
  readonly ledger: TxLedger;
}

export interface Database extends Queries {
  readonly engine: 'sqlite' | 'postgres';
  readonly ledger: Ledger;
  /** How gateways that share the database tell each other of changes; null where a gateway is alone on it. */
  readonly notices: Notices | null;
  /**
   * Runs `work` in one transaction: all or nothing. Everything inside must use the handle it is given;
   * the outer handle throws there, because it would wait for this very transaction.
   */
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Writes a consistent copy of the whole database to `file` while it is in use. */
  backup(file: string): Promise<void>;
  /** The engine's own integrity check: an empty list is good. */
  integrityProblems(): Promise<string[]>;
  close(): Promise<void>;
}
