/** The newest schema in a new SQLite file, without the migrator: loading that takes longer than all else of a start. */
import type { Database } from 'better-sqlite3';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { APPLICATION_ID } from './sqlite-schema-state.ts';

/** Runs every migration on the file, which must have no tables, and notes them as the migrator does. */
export function createSqliteSchema(db: Database, migrationsFolder: string): void {
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma('foreign_keys = OFF');
  const create = db.transaction(() => {
    db.exec('CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)');
    const note = db.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)');
    for (const { sql, hash, folderMillis } of readMigrationFiles({ migrationsFolder })) {
      for (const statement of sql) db.exec(statement);
      note.run(hash, folderMillis);
    }
  });
  create();
}
