/** Database errors by what the caller can do about them. */

/** The database cannot take the call now: full, locked by another program, damaged or gone. Nothing was changed. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

export type DatabaseErrorKind = 'unique' | 'foreign_key' | 'unavailable' | 'other';

const UNAVAILABLE = /^SQLITE_(FULL|BUSY|LOCKED|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM)/;

/** What kind of failure `error`, or the driver's error that it wraps, is. */
export function databaseErrorKind(error: unknown): DatabaseErrorKind {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof DatabaseUnavailableError) return 'unavailable';
    const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
    if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || code === '23505')
      return 'unique';
    if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY' || code === '23503') return 'foreign_key';
    if (UNAVAILABLE.test(code)) return 'unavailable';
  }
  return 'other';
}

/** The error, or one that says that the database cannot take the call now, where that is so. */
export function asUnavailable(error: unknown): unknown {
  if (databaseErrorKind(error) !== 'unavailable' || error instanceof DatabaseUnavailableError) return error;
  return new DatabaseUnavailableError('The database cannot be written now.', { cause: error });
}
