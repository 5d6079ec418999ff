/** The app's own log: a line for each event, redacted, in a file that stays small. The gateway keeps its own. */
import { appendFileSync, readFileSync, renameSync, statSync } from 'node:fs';
import { redact } from './redact.ts';

export interface DesktopLog {
  /** Never throws: a log that cannot be written stops nothing. */
  line(text: string): void;
  /** The last lines, for diagnostics. */
  tail(lines: number): string[];
}

const LARGEST_BYTES = 1_000_000;

export function openDesktopLog(file: string): DesktopLog {
  const rotate = () => {
    if (statSync(file, { throwIfNoEntry: false }) === undefined) return;
    if (statSync(file).size > LARGEST_BYTES) renameSync(file, `${file}.1`);
  };
  try {
    rotate();
  } catch {
    // It goes on growing, which is better than not starting.
  }
  return {
    line(text) {
      try {
        appendFileSync(file, `${new Date().toISOString()} ${redact(text).trimEnd()}\n`, { mode: 0o600 });
      } catch {
        // A full disk is told of elsewhere.
      }
    },
    tail(lines) {
      try {
        return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines);
      } catch {
        return [];
      }
    },
  };
}
