/** What Postgres itself knows of damage: it checks its pages when it reads them, so this asks for what it marked. */

/** One row for each problem: indexes that are not complete, and constraints that were never checked. */
export const integrityStatement = `
  SELECT 'index ' || c.relname || ' is not valid: rebuild it with REINDEX' AS problem
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE c.relnamespace = current_schema()::regnamespace AND NOT (i.indisvalid AND i.indisready)
  UNION ALL
  SELECT 'constraint ' || n.conname || ' was never checked: run ALTER TABLE ' || n.conrelid::regclass || ' VALIDATE CONSTRAINT ' || n.conname
  FROM pg_constraint n
  WHERE n.connamespace = current_schema()::regnamespace AND NOT n.convalidated`;
