/** Exit codes of the command line (after sysexits.h), and the errors that carry them. */

export const EXIT = { ok: 0, failed: 1, usage: 2, unavailable: 69, configuration: 78 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What is in the way of a start, for hosts that say it in words of their own. */
export type StartObstacle =
  | { readonly kind: 'in_use'; readonly path: string; readonly pid: number | null; readonly url: string | null }
  | { readonly kind: 'port_taken'; readonly port: number; readonly owner: string | null }
  | { readonly kind: 'port_forbidden'; readonly port: number }
  | { readonly kind: 'disk_full' }
  | { readonly kind: 'unwritable' }
  | { readonly kind: 'configuration' }
  | { readonly kind: 'unknown' };

interface StartErrorOptions extends ErrorOptions {
  obstacle?: StartObstacle;
}

/** The gateway cannot start or work. The message is a whole answer for the person who started it; no stack is needed. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
  readonly exitCode: ExitCode;
  readonly obstacle: StartObstacle | null;

  constructor(exitCode: ExitCode, message: string, options?: StartErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
    this.obstacle = options?.obstacle ?? null;
  }
}

/** What was typed is wrong: a flag or an argument that no configuration can have set. */
export class UsageError extends StartError {
  override readonly name = 'UsageError';

  constructor(message: string, options?: StartErrorOptions) {
    super(EXIT.usage, message, options);
  }
}

/** What was configured is wrong: each problem names its source, the variable or path, and what is expected. */
export class ConfigError extends StartError {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: StartErrorOptions) {
    super(EXIT.configuration, problems.join('\n'), options);
    this.problems = problems;
  }
}
