/** Environment variables: the process's own, then those of the `.env` file in the data directory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { ConfigError } from '../ops/start-error.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

export interface Environment {
  /** The variable's value; unset and empty are the same. */
  text(name: string): { value: string; from: string } | null;
  /**
   * The same for secrets, which may also lie in the file that `NAME_FILE` names (its last line break is dropped).
   *
   * @throws ConfigError when both are set, or when the file cannot be read
   */
  secret(name: string): { value: string; from: string } | null;
}

/** @param variables what the process was started with */
export function createEnvironment(variables: Variables, dataDir: string): Environment {
  const file = join(dataDir, '.env');
  const levels = [
    { values: variables, from: (name: string) => name },
    { values: readDotEnv(file), from: (name: string) => `${name} in ${file}` },
  ];
  const text = (name: string) => {
    for (const { values, from } of levels) {
      const value = values[name]?.trim();
      if (value) return { value, from: from(name) };
    }
    return null;
  };
  return {
    text,
    secret(name) {
      for (const { values, from } of levels) {
        const value = values[name]?.trim();
        const path = values[`${name}_FILE`]?.trim();
        if (value && path) throw new ConfigError([`${from(name)} and ${name}_FILE are both set; give one of them.`]);
        if (value) return { value, from: from(name) };
        if (path) return { value: readSecretFile(path, from(`${name}_FILE`)), from: from(`${name}_FILE`) };
      }
      return null;
    },
  };
}

function readDotEnv(file: string): Variables {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (isMissing(error)) return {};
    throw new ConfigError([`${file} cannot be read: ${reason(error)}.`], { cause: error });
  }
}

function readSecretFile(path: string, from: string): string {
  let content: string;
  try {
    content = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new ConfigError([`${from} names ${path}, which cannot be read: ${reason(error)}.`], { cause: error });
  }
  if (content === '') throw new ConfigError([`${from} names ${path}, which is empty.`]);
  return content;
}

/** Whether a file operation failed because there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** The system's own code (`EACCES`, `ENOENT` …) where there is one, else the message. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
