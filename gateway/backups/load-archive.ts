/** Fills a new database file from a backup. */
import { removeDatabase } from '../db/remove-database.ts';
import { createTableProver } from '../db/transfer-rows.ts';
import { openSqliteDraft } from '../db/transfer-sqlite.ts';
import { faultPoint } from '../ops/fault-point.ts';
import { altered, type Manifest } from './archive-format.ts';
import { BackupError } from './backup-error.ts';
import { archiveRows } from './read-archive.ts';
import type { Steps } from './steps.ts';

export interface Loading {
  readonly file: string;
  readonly manifest: Manifest;
  /** Where the database is made; what lies there is replaced. */
  readonly draft: string;
  /** Of SQLite. */
  readonly migrationsFolder: string;
}

/**
 * Makes the database, with the schema that the backup has, and then with the newest. It is whole and on the disk after.
 *
 * @throws BackupError when the file is not what was written, or its rows do not belong together
 */
export async function loadArchive({ file, manifest, draft, migrationsFolder }: Loading, steps: Steps): Promise<void> {
  removeDatabase(draft);
  const target = openSqliteDraft(draft, migrationsFolder, manifest.migrations);
  try {
    const tables = new Map(manifest.tables.map((table) => [table.name, { table, prover: createTableProver(table) }]));
    steps.begin(
      'test',
      manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
    );
    for await (const { table: name, rows } of archiveRows(file, manifest)) {
      const known = tables.get(name);
      if (!known) throw altered(file);
      for (const row of rows) known.prover.add(row);
      await target.write(known.table, rows);
      steps.advance(rows.length);
      faultPoint('load_page');
    }
    for (const { table, prover } of tables.values()) {
      const { rows, digest } = prover.proof();
      if (rows !== table.rows || digest !== table.digest) throw altered(file);
    }
    const broken = await target.finish(migrationsFolder);
    if (broken.length > 0) {
      throw new BackupError(
        'backup_unsound',
        `The rows in ${file} do not belong together: ${broken.slice(0, 3).join('; ')}.`,
      );
    }
    target.close();
  } catch (error) {
    target.close();
    removeDatabase(draft);
    throw error;
  }
}
