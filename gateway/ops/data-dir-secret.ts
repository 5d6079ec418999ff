/**
 * `local.secret` in the data directory: made anew by every start, for its owner's eyes only. Whoever can read it could read
 * the database as well, so that knowing it is proof enough of owning this gateway: see `operators/local-proof.ts`.
 */
import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataDir } from './data-dir.ts';

const fileOf = (dir: DataDir) => join(dir.path, 'local.secret');

/** Writes a new secret, whole or not at all. @returns it: 64 hexadecimal digits */
export function writeLocalSecret(dir: DataDir): string {
  const secret = randomBytes(32).toString('hex');
  const file = fileOf(dir);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${secret}\n`, { mode: 0o600 });
  renameSync(draft, file);
  return secret;
}

export function removeLocalSecret(dir: DataDir): void {
  rmSync(fileOf(dir), { force: true });
}
