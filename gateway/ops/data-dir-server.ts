/** `server.json` in the data directory: which process runs here and at which address. For other commands to find it. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { describe } from '../db/postgres-errors.ts';
import type { DataDir } from './data-dir.ts';

const serverInfo = z.object({
  pid: z.number().int(),
  gatewayId: z.string(),
  version: z.string(),
  /** Epoch milliseconds. */
  startedAt: z.number().int(),
  /** Where it keeps the data, and the name of a Postgres database; of versions before there is nothing. */
  engine: z.enum(['sqlite', 'postgres']).optional(),
  database: z.string().nullable().optional(),
  /** Null until it listens. */
  url: z.string().nullable(),
});

export type ServerInfo = z.infer<typeof serverInfo>;

/** What the file says of the database. @param databaseUrl null for the one in the data directory */
export function databaseFacts(databaseUrl: string | null): Required<Pick<ServerInfo, 'engine' | 'database'>> {
  if (databaseUrl === null) return { engine: 'sqlite', database: null };
  return { engine: 'postgres', database: describe(databaseUrl).database };
}

/** Writes the file whole or not at all, for the owner's eyes only. */
export function writeServerInfo(dir: DataDir, info: ServerInfo): void {
  const draft = `${dir.server}.${info.pid}`;
  writeFileSync(draft, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, dir.server);
}

/** What the file says. It may be of a process that is gone: the lock tells. */
export function readServerInfo(dir: DataDir): ServerInfo | null {
  try {
    return serverInfo.parse(JSON.parse(readFileSync(dir.server, 'utf8')));
  } catch {
    return null;
  }
}

export function removeServerInfo(dir: DataDir): void {
  rmSync(dir.server, { force: true });
}
