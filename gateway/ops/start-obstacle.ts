/** Why a start failed, told by what the system or SQLite said. */
import { StartError, type StartObstacle } from './start-error.ts';

const FULL = /^(ENOSPC|EDQUOT|SQLITE_FULL)/;
const UNWRITABLE = /^(EACCES|EPERM|EROFS|ENOTDIR|EEXIST|EISDIR|SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM)/;

/** Looks through an error and its causes. Never throws. */
export function obstacleOf(error: unknown): StartObstacle {
  const chain = causesOf(error);
  for (const cause of chain) if (cause instanceof StartError && cause.obstacle) return cause.obstacle;
  const codes = chain.map(codeOf);
  if (codes.some((code) => FULL.test(code))) return { kind: 'disk_full' };
  if (codes.some((code) => UNWRITABLE.test(code))) return { kind: 'unwritable' };
  return chain[0] instanceof StartError ? { kind: 'configuration' } : { kind: 'unknown' };
}

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let next = error; next instanceof Error && !chain.includes(next); next = next.cause) chain.push(next);
  return chain;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
