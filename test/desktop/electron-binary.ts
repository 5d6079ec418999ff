/** Where Electron's binary is, if it is: it is fetched apart from npm, and not everywhere can that be done. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { root } from '../../resources/scripts/run.ts';

const FOLDER = join(root, 'node_modules/electron');

/** @returns null where it was not fetched */
export function findElectron(): string | null {
  const written = join(FOLDER, 'path.txt');
  if (!existsSync(written)) return null;
  const binary = join(FOLDER, 'dist', readFileSync(written, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

/**
 * Skips the test where there is no binary, and says so; fails it where one must be (SOLARIS_DESKTOP=required).
 *
 * @returns null when the test was skipped: return at once
 */
export function requireElectron(t: TestContext): string | null {
  const binary = findElectron();
  if (binary !== null) return binary;
  const why = "Electron's binary is not here: `npx install-electron` fetches it.";
  if (process.env.SOLARIS_DESKTOP === 'required') throw new Error(why);
  t.skip(`SKIPPED, nothing of the real app was tested. ${why}`);
  return null;
}
