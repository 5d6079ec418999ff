/** What commands are given: the world outside, and the flags that all of them share. */
import { withOwnCommand } from '../ops/own-command.ts';
import { EXIT, type ExitCode, StartError } from '../ops/start-error.ts';

export interface CliHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes a line, or lines, to standard output. */
  print(text: string): void;
  printError(text: string): void;
  /** Why standard output takes no more; null while it does, and where nobody can tell. */
  outputFailure?(): NodeJS.ErrnoException | null;
}

export interface CommonFlags {
  dataDir?: string;
  config?: string;
}

/** Prints an error as a person needs it. @returns its exit code */
export function explainError(error: unknown, host: CliHost): ExitCode {
  if (error instanceof StartError) {
    host.printError(withOwnCommand(error.message));
    return error.exitCode;
  }
  host.printError(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.failed;
}
