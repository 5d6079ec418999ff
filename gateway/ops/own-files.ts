/** Where the product's own files lie: beside the sources, beside the bundle, or inside the desktop's archive. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** The folder with migrations, prices and the like: the first `resources` on the way up. */
export function findResourcesDir(): string {
  return join(findRoot(join('resources', 'migrations')), 'resources');
}

/** The product's version, as its package says. */
export function readVersion(): string {
  const file = join(findRoot('package.json'), 'package.json');
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}

function findRoot(marker: string): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, marker))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`${marker} is missing from this installation.`);
    folder = parent;
  }
  return folder;
}

/** The folder of the built console; null where it was not built. */
export function findConsoleDir(): string | null {
  const folder = join(findRoot('package.json'), 'out', 'renderer');
  return existsSync(join(folder, 'index.html')) ? folder : null;
}
