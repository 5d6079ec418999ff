/** The data directory: where it is, and what lies in it. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { reason } from '../config/environment.ts';
import { ConfigError } from './start-error.ts';

export interface DataDir {
  readonly path: string;
  readonly database: string;
  /** Key of sealed secrets, where SECRET_KEY does not give it. */
  readonly secretKey: string;
  readonly lock: string;
  /** Who runs here, and at which address: see `data-dir-server.ts`. */
  readonly server: string;
  readonly logs: string;
  readonly backups: string;
  /** Long exports, for a day. */
  readonly exports: string;
}

/** The names of the files in `path`. Touches nothing. */
export function dataDirAt(path: string): DataDir {
  const root = resolve(path);
  return {
    path: root,
    database: join(root, 'ia-solaris.db'),
    secretKey: join(root, 'secret.key'),
    lock: join(root, 'gateway.lock'),
    server: join(root, 'server.json'),
    logs: join(root, 'logs'),
    backups: join(root, 'backups'),
    exports: join(root, 'exports'),
  };
}

/** The system's usual place for the data of an application of this name; the desktop uses the same. */
export function defaultDataDir(): string {
  return envPaths('ia-solaris', { suffix: '' }).data;
}

/**
 * Makes the directory where it is missing, for nobody else to read.
 *
 * @throws ConfigError when it cannot be made
 */
export function openDataDir(path: string): DataDir {
  const dir = dataDirAt(path);
  try {
    mkdirSync(dir.path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ConfigError(
      [
        `The data directory ${dir.path} cannot be made: ${reason(error)}. Choose another with --data-dir or SOLARIS_DATA_DIR.`,
      ],
      {
        cause: error,
      },
    );
  }
  return dir;
}
