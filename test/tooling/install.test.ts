/** What an install runs on a machine without compiler, Python or a way to nodejs.org, whatever npm it has. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

interface Locked {
  readonly gypfile?: boolean;
}

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = <T>(path: string): T => JSON.parse(readFileSync(root + path, 'utf8')) as T;

test('nothing is compiled: the lockfile says of each package with a binding.gyp that npm has nothing to build', () => {
  const { packages } = read<{ packages: Record<string, Locked> }>('package-lock.json');
  const { allowScripts } = read<{ allowScripts: Record<string, boolean> }>('package.json');
  // npm runs node-gyp for these unless told not to: by `allowScripts` where it knows that, by `gypfile` where not. It
  // drops `gypfile` when it writes the lockfile anew.
  const built = Object.keys(packages).filter((path) => {
    if (path === '' || !existsSync(`${root}${path}/binding.gyp`)) return false;
    const { scripts = {} } = read<Manifest>(`${path}/package.json`);
    return scripts.install === undefined && scripts.preinstall === undefined;
  });
  assert.deepEqual(built, ['node_modules/better-sqlite3'], 'which are such packages');
  for (const path of built) {
    assert.equal(
      packages[path]?.gypfile,
      false,
      `Put "gypfile": false into the entry of ${path} in package-lock.json.`,
    );
    assert.equal(allowScripts[path.replace('node_modules/', '')], false, path);
  }
});
