/** Runs the command line: in this process where it answers and ends, as a process of its own where it serves. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../gateway/cli/program.ts';

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** One command, with no environment but `env`. */
export async function cli(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  let out = '';
  let err = '';
  const code = await runProgram(args, {
    env,
    print: (text) => {
      out += `${text}\n`;
    },
    printError: (text) => {
      err += `${text}\n`;
    },
  });
  return { code, out, err };
}

export interface CliProcess {
  readonly child: ChildProcess;
  /** What it printed so far. */
  output(): string;
  /** Resolves when the output matches. */
  printed(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Resolves with the exit code. */
  exited: Promise<number | null>;
}

const CLI = fileURLToPath(new URL('../../gateway/cli.ts', import.meta.url));
const QUICK_IMPORTS = new URL('../../resources/tooling/quick-imports.ts', import.meta.url).href;

export interface CliPlace {
  /** The program's file, if not the source. */
  program?: string;
  /** A file handle to print to, in place of a pipe. */
  stdout?: number;
}

/** Starts the command line as a process of its own, killed at the test's end. */
export function spawnCli(
  t: TestContext,
  args: readonly string[],
  env: Record<string, string> = {},
  { program = CLI, stdout = undefined }: CliPlace = {},
): CliProcess {
  const options = program === CLI ? [`--import=${QUICK_IMPORTS}`] : [];
  const child = spawn(process.execPath, [...options, program, ...args], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  const waiting = new Set<() => void>();
  const collect = (data: Buffer) => {
    output += data.toString('utf8');
    for (const look of waiting) look();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  // Not `exit`: what was written last may still be in the pipe then.
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    output: () => output,
    exited,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = output.match(pattern);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void exited.then(() => reject(new Error(`It ended without printing ${pattern}:\n${output}`)));
      }),
  };
}
