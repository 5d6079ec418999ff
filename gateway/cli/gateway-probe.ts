/** Asks the gateway of a data directory how it is. */

import { existsSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { eq } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { type DataDir, dataDirAt, defaultDataDir } from '../ops/data-dir.ts';
import { isDataDirLocked } from '../ops/data-dir-lock.ts';
import { databaseFacts, readServerInfo, type ServerInfo } from '../ops/data-dir-server.ts';
import { request as httpRequest } from '../ops/node-http.ts';
import { ConfigError } from '../ops/start-error.ts';
import type { CliHost } from './host.ts';

const TIMEOUT_MS = 5_000;

/** The data directory that flag and environment name. */
export function chosenDataDir(flag: string | undefined, host: CliHost): DataDir {
  return dataDirAt(flag ?? (host.env.SOLARIS_DATA_DIR?.trim() || defaultDataDir()));
}

/** The gateway that runs in the directory; null when none does. */
export function runningGateway(dir: DataDir): ServerInfo | null {
  if (!existsSync(dir.lock) || !isDataDirLocked(dir)) return null;
  return readServerInfo(dir) ?? { pid: 0, gatewayId: '', version: '', startedAt: 0, url: null };
}

/**
 * A gateway that was started with other variables, or a config file, keeps its data elsewhere than this command looks.
 *
 * @throws ConfigError when that is so: what the command did would be done to the wrong database
 */
export function refuseOtherDatabase(dir: DataDir, databaseUrl: string | null): void {
  const running = runningGateway(dir);
  if (!running?.engine) return;
  const { engine, database } = databaseFacts(databaseUrl);
  if (engine === running.engine && database === running.database) return;
  const theirs = nameOf(running.engine, running.database ?? null);
  throw new ConfigError([
    `The gateway that runs in ${dir.path} (process ${running.pid}) uses ${theirs}, and this command would use ` +
      `${nameOf(engine, database)}. Give it the same --config and variables (DATABASE_URL, DB_*) as the gateway.`,
  ]);
}

/**
 * The same, asked of the database itself once it is open: it knows every gateway that uses it.
 *
 * @throws ConfigError when the one that runs in the directory is none of them
 */
export async function refuseForeignDatabase(db: Database, dir: DataDir): Promise<void> {
  const running = runningGateway(dir);
  if (!running?.url || running.gatewayId === '') return;
  const { gateways } = db.tables;
  if ((await db.$count(gateways, eq(gateways.id, running.gatewayId))) > 0) return;
  throw new ConfigError([
    `The gateway that runs in ${dir.path} (process ${running.pid}) uses another database than this command would. ` +
      'Give it the same --config and variables (DATABASE_URL, DB_*) as the gateway.',
  ]);
}

function nameOf(engine: 'sqlite' | 'postgres', database: string | null): string {
  return engine === 'sqlite' ? 'the SQLite database there' : `the Postgres database ${database}`;
}

export interface ProbeAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Reads JSON from our own gateway on this machine.
 *
 * @throws Error when it does not answer
 */
export function probe(url: string): Promise<ProbeAnswer> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    // The certificate is made out to the public name, not to the loopback address that is asked here; no secret is sent.
    const request = send(url, { timeout: TIMEOUT_MS, rejectUnauthorized: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
        } catch (error) {
          reject(error);
        }
      });
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    request.on('error', reject);
    request.end();
  });
}
