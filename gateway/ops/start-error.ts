/** Exit codes of the command line (after sysexits.h), and the errors that carry them. */

export const EXIT = { ok: 0, failed: 1, usage: 2, unavailable: 69, configuration: 78 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The gateway cannot start or work. The message is a whole answer for the person who started it; no stack is needed. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** What was configured is wrong: each problem names its source, the variable or path, and what is expected. */
export class ConfigError extends StartError {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(EXIT.configuration, problems.join('\n'), options);
    this.problems = problems;
  }
}
