/** Helpers for tests of configuration: environments without a process, and the problems that a bad one has. */
import { createEnvironment, type Environment, type Variables } from '../../gateway/config/environment.ts';
import { ConfigError } from '../../gateway/ops/start-error.ts';

/** An environment whose data directory holds no `.env`. */
export function environmentOf(variables: Variables, dataDir = '/nonexistent'): Environment {
  return createEnvironment(variables, dataDir);
}

/** The problems that `work` is refused for; empty when it is not refused. */
export function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
