/**
 * Standard output and error, which may end before the program does: a pipe that nobody reads any more, a terminal that
 * was closed, a disk that is full. None of that may end a gateway, or turn its stop into a cut.
 */
import type { Writable } from 'node:stream';
import { EXIT, type ExitCode } from '../ops/start-error.ts';
import type { CliHost } from './host.ts';

export interface Output extends Pick<CliHost, 'print' | 'printError' | 'outputFailure'> {
  /** Resolves when everything printed was handed over, or could not be. */
  written(): Promise<void>;
}

interface Guarded {
  print(text: string): void;
  failure(): NodeJS.ErrnoException | null;
  written(): Promise<void>;
}

/** Whoever read what is printed has gone, for good. */
const GONE = new Set(['EPIPE', 'EIO', 'EBADF', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

/** From here on neither stream can raise an error that nobody awaits, whoever writes to it. */
export function openOutput(streams: { stdout: Writable; stderr: Writable }): Output {
  const out = guarded(streams.stdout);
  const err = guarded(streams.stderr);
  return {
    print: out.print,
    printError: err.print,
    outputFailure: out.failure,
    async written() {
      await Promise.all([out.written(), err.written()]);
    },
  };
}

/** Whether nobody wants the output any more, as behind `| head`: no fault of the command. */
function isGone({ code = '' }: NodeJS.ErrnoException): boolean {
  return GONE.has(code);
}

/** What these commands did is done, whether or not anybody could be told; of all others, the output is the result. */
const DEEDS = new Set(['serve', 'backup', 'restore', 'migrate', 'packets']);

/** The code to end with, when not all could be printed. Says so on standard error where that is somebody's concern. */
export function exitCodeOf(
  code: ExitCode,
  command: string | undefined,
  { outputFailure, printError }: Output,
): ExitCode {
  const failure = outputFailure?.() ?? null;
  if (failure === null || isGone(failure)) return code;
  printError(cannotPrint(failure));
  const isDeed = command === undefined || command.startsWith('-') || DEEDS.has(command);
  return code === EXIT.ok && !isDeed ? EXIT.failed : code;
}

/** A sentence for people. */
function cannotPrint(failure: NodeJS.ErrnoException): string {
  const { code = failure.message } = failure;
  return `Standard output cannot be written (${code}), so that not all was printed.${code === 'ENOSPC' ? ' Free some space.' : ''}`;
}

function guarded(stream: Writable): Guarded {
  let failure: NodeJS.ErrnoException | null = null;
  let last: Promise<void> = Promise.resolve();
  stream.on('error', (error) => {
    failure ??= error;
  });
  return {
    print(text) {
      if (failure !== null && isGone(failure)) return;
      last = new Promise((resolve) => void stream.write(`${text}\n`, () => resolve()));
    },
    failure: () => failure,
    async written() {
      await last;
      // The error of a write is told in the turn after it.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
