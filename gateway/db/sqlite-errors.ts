/** What a SQLite file that cannot be used means for people, and what they can do. */
import { ConfigError, EXIT, StartError } from '../ops/start-error.ts';

const ADVICE: readonly [code: RegExp, advice: string][] = [
  [
    /^SQLITE_(NOTADB|CORRUPT)/,
    'Restore a backup with "ia-solaris restore", which keeps this file; or choose another data directory.',
  ],
  [/^SQLITE_FULL/, 'Free some space on its disk.'],
  [/^SQLITE_(BUSY|LOCKED)/, 'Another program uses it: end that, then try again.'],
  [
    /^SQLITE_(CANTOPEN|READONLY|PERM|AUTH|IOERR)/,
    'Check that it is a file, and that it and its folder belong to the account that runs IA Solaris.',
  ],
];

/** One sentence for what is wrong with `file`, and one for what to do. */
export function sqliteStartError(error: unknown, file: string): StartError {
  if (error instanceof StartError) return error;
  const because = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const advice = ADVICE.find(([known]) => known.test(code))?.[1];
  const sentence = `The database ${file} cannot be opened: ${because}`;
  const message = advice === undefined ? sentence : `${sentence}. ${advice}`;
  if (/^SQLITE_(FULL|BUSY|LOCKED)/.test(code)) return new StartError(EXIT.unavailable, message, { cause: error });
  return new ConfigError([message], { cause: error });
}
