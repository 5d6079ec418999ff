/** What `doctor` looks at on this machine: folder, disk, database, port. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { reason } from '../config/environment.ts';
import type { Settings } from '../config/settings.ts';
import type { ReadOnlyDatabase } from '../db/sqlite-read-only.ts';
import type { DataDir } from '../ops/data-dir.ts';
import type { ServerInfo } from '../ops/data-dir-server.ts';
import { findPortOwner } from '../ops/network-ports.ts';
import { ownCommand } from '../ops/own-command.ts';
import { type Finding, fail, ok, warn } from './findings.ts';
import { probe } from './gateway-probe.ts';

const GIGABYTE = 1_073_741_824;
const LITTLE_SPACE = GIGABYTE;
const NO_SPACE = GIGABYTE / 10;

export function checkDataDir({ path }: DataDir): Finding {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
      return warn('data_dir', `Others on this machine may look into ${path}.`, `Run: chmod 700 '${path}'`);
    }
    return ok('data_dir', `The data directory is ${path}.`);
  } catch (error) {
    if (reason(error) === 'ENOENT')
      return ok('data_dir', `The data directory ${path} will be made at the first start.`);
    return fail(
      'data_dir',
      `The data directory ${path} cannot be used: ${reason(error)}.`,
      'Give it to the account that runs the gateway.',
    );
  }
}

export async function checkDisk({ path }: DataDir): Promise<Finding> {
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const message = `${(free / GIGABYTE).toFixed(1)} GB are free for data.`;
  if (free < NO_SPACE) return fail('disk', message, 'Make room now: a full disk stops all requests with 503.');
  return free < LITTLE_SPACE ? warn('disk', message, 'Make room before it runs out.') : ok('disk', message);
}

/** @param db null where there is no file yet */
export async function checkDatabase(dir: DataDir, db: ReadOnlyDatabase | null): Promise<Finding> {
  if (db === null) return ok('database', 'The database will be made at the first start.');
  const problems = await db.integrityProblems().catch((error: unknown) => [reason(error)]);
  if (problems.length > 0) {
    return fail(
      'database',
      `The database is damaged: ${problems.slice(0, 3).join('; ')}.`,
      'Stop the gateway, keep the file, restore a good backup.',
    );
  }
  const megabytes = (statSync(dir.database).size / 1_048_576).toFixed(1);
  return ok('database', `The database is sound (${megabytes} MB). Check the books with: ${ownCommand()} verify`);
}

/** @param running the gateway of this data directory, if it runs */
export async function checkPort({ host, port }: Settings, running: ServerInfo | null): Promise<Finding> {
  if (running !== null) {
    if (running.url === null) return warn('port', 'The gateway is starting.', 'Try again in a moment.');
    const answer = await probe(`${running.url}/health`).catch(() => null);
    if (answer?.status === 200) return ok('port', `The gateway answers at ${running.url} (process ${running.pid}).`);
    return fail(
      'port',
      `The gateway (process ${running.pid}) does not answer at ${running.url}.`,
      'Look into its log and restart it.',
    );
  }
  const problem = await tryPort(host, port);
  if (problem === null) return ok('port', `Port ${port} on ${host} is free.`);
  if (problem !== 'EADDRINUSE')
    return fail(
      'port',
      `Port ${port} on ${host} cannot be used: ${problem}.`,
      'Choose another with --port, HOST or PORT.',
    );
  const owner = await findPortOwner(host, port);
  return fail(
    'port',
    `Port ${port} on ${host} is used${owner ? ` by ${owner}` : ''}.`,
    'Stop that program, or choose another port with --port or PORT.',
  );
}

function tryPort(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(reason(error)));
    server.listen({ host, port }, () => server.close(() => resolve(null)));
  });
}
