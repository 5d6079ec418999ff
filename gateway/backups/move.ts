/**
 * Carries all rows from one database into another, and proves that they are the same. It can be ended at any point and
 * goes on where it was: each page is written whole, and what is there says how far it came.
 */
import { hash } from 'node:crypto';
import { databaseErrorKind } from '../db/errors.ts';
import { asPostgresError } from '../db/postgres-errors.ts';
import type { BookSums, MoveTarget, RowSource } from '../db/transfer.ts';
import { createTableProver, type TransferRow } from '../db/transfer-rows.ts';
import { LAST_TABLE, type TransferTable } from '../db/transfer-tables.ts';
import { faultPoint } from '../ops/fault-point.ts';
import { StartError } from '../ops/start-error.ts';
import { BackupError } from './backup-error.ts';
import type { Steps } from './steps.ts';

export interface Moved {
  readonly rows: number;
  readonly sums: BookSums;
  /** Whether it went on with an earlier one. */
  readonly resumed: boolean;
}

/**
 * Fills the target. It is not complete after: `completeMove` is the last step.
 *
 * @throws BackupError when the target is in use, or what arrived is not what was sent
 */
export async function move(source: RowSource, target: MoveTarget, steps: Steps): Promise<Moved> {
  const moveId = await idOf(source);
  const state = await target.state();
  if (state.kind === 'in_use') {
    throw new BackupError(
      'target_not_empty',
      'The database to move to holds data of IA Solaris already. Name an empty one.',
    );
  }
  if (state.kind === 'moving' && state.moveId !== moveId) {
    throw new BackupError(
      'target_half_moved',
      'The database to move to holds an unfinished move of another installation. Name an empty one, or remove its tables.',
    );
  }
  const resumed = state.kind === 'moving';
  if (!resumed) await target.mark(moveId);
  const contradicts = await copy(source, target, steps).then(
    () => false,
    (error: unknown) => {
      if (!resumed || !isOfRows(error)) throw error;
      return true;
    },
  );
  faultPoint('move_copied');
  let difference = contradicts ? 'rows that contradict' : await firstDifference(source, target, steps);
  if (difference !== null && resumed) {
    // The source went on after the move was interrupted: what had been carried before may be out of date, and new rows
    // may even refer to what was not carried.
    await target.clear();
    await target.mark(moveId);
    await copy(source, target, steps);
    difference = await firstDifference(source, target, steps);
  }
  if (difference !== null) {
    throw new BackupError(
      'copy_differs',
      `What arrived is not what was sent (${difference}). Nothing was changed over; try again.`,
    );
  }
  faultPoint('move_proven');
  let rows = 0;
  for (const table of source.tables) rows += await source.count(table);
  return { rows, sums: await source.sums(), resumed };
}

/** Makes the target a database like any other. */
export async function completeMove(source: RowSource, target: MoveTarget): Promise<void> {
  const last = source.tables.find(({ name }) => name === LAST_TABLE);
  if (!last) throw new Error('The source has no table of the installation.');
  const rows: TransferRow[] = [];
  for await (const page of source.pages(last)) rows.push(...page);
  await target.complete(last, rows);
}

async function copy(source: RowSource, target: MoveTarget, steps: Steps): Promise<void> {
  const tables = carried(source);
  let total = 0;
  for (const table of tables) total += await source.count(table);
  steps.begin('copy', total);
  for (const table of tables) {
    for await (const page of source.pages(table, await target.lastKey(table))) {
      await target.write(table, page);
      steps.advance(page.length);
      faultPoint('move_page');
    }
  }
}

/** Whether the rows themselves may be the reason: nobody cancelled, and both databases can be used. */
function isOfRows(error: unknown): boolean {
  if (error instanceof BackupError || error instanceof StartError) return false;
  return databaseErrorKind(asPostgresError(error)) !== 'unavailable';
}

/** Row by row and sum by sum. @returns null when all is the same */
async function firstDifference(source: RowSource, target: MoveTarget, steps: Steps): Promise<string | null> {
  const arrived = await target.source();
  try {
    let total = 0;
    for (const table of carried(source)) total += await source.count(table);
    steps.begin('prove', total * 2);
    for (const table of carried(source)) {
      const [sent, got] = [await proofOf(source, table, steps), await proofOf(arrived, table, steps)];
      if (sent.rows !== got.rows) return `${table.name}: ${got.rows} of ${sent.rows} rows`;
      if (sent.digest !== got.digest) return `${table.name}: rows that differ`;
    }
    const [sent, got] = [JSON.stringify(await source.sums()), JSON.stringify(await arrived.sums())];
    return sent === got ? null : 'the sums of the books';
  } finally {
    await arrived.close();
  }
}

async function proofOf(source: RowSource, table: TransferTable, steps: Steps) {
  const prover = createTableProver(table);
  for await (const page of source.pages(table)) {
    for (const row of page) prover.add(row);
    steps.advance(page.length);
  }
  return prover.proof();
}

function carried(source: RowSource): TransferTable[] {
  return source.tables.filter(({ name }) => name !== LAST_TABLE);
}

/** Stays the same while the installation lives: the first entry of its audit log, or its first row. */
async function idOf(source: RowSource): Promise<string> {
  for (const name of ['audit_log', LAST_TABLE]) {
    const table = source.tables.find((known) => known.name === name);
    if (!table) continue;
    for await (const [first] of source.pages(table)) return hash('sha256', JSON.stringify(first)).slice(0, 32);
  }
  return 'empty';
}
