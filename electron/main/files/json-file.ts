/** Small files of the app's own, which it can do without: what is damaged is set aside, what cannot be written is left. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';

export interface JsonFile<T> {
  read(): T;
  /** Whole or not at all. */
  write(value: T): void;
}

/**
 * @param fallback what counts while there is no usable file
 * @param note told what was wrong
 */
export function jsonFile<T>(
  file: string,
  schema: z.ZodType<T>,
  fallback: T,
  note: (line: string) => void,
): JsonFile<T> {
  return {
    read() {
      const text = readText(file);
      if (text === null) return fallback;
      try {
        return schema.parse(JSON.parse(text));
      } catch {
        note(`${file} was damaged. It now lies beside, as .damaged; the defaults count.`);
        attempt(() => renameSync(file, `${file}.damaged`), note);
        return fallback;
      }
    },
    write(value) {
      attempt(() => {
        writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
        renameSync(`${file}.new`, file);
      }, note);
    },
  };
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function attempt(work: () => void, note: (line: string) => void): void {
  try {
    work();
  } catch (error) {
    note(`A file of the app could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
