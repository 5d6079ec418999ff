/**
 * Makes a clone ready: installs what package-lock.json names and is not there. Plain JavaScript for Node 20, because it
 * runs before the Node that the project brings along (the package `node`) is there.
 *
 * `node resources/scripts/setup.mjs [--tests]`; `--tests` also installs the clients that the tests drive.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const OLDEST_USABLE_NODE = 22;

/** Package path → version of a lockfile, without what other platforms need; null when there is no such file. */
function versionsIn(file) {
  if (!existsSync(file)) return null;
  const packages = Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages);
  return new Map(
    packages.filter(([path, entry]) => path && !entry.optional).map(([path, entry]) => [path, entry.version]),
  );
}

/** Whether `folder`/node_modules holds what the lockfile names. npm keeps a record of what it installed; compared with it. */
function isInstalled(folder) {
  const wanted = versionsIn(join(folder, 'package-lock.json'));
  const present = versionsIn(join(folder, 'node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;
  return [...wanted].every(([path, version]) => present.get(path) === version);
}

/** Runs npm with the Node that runs npm already: `npm ci` may replace the one in node_modules. */
function npm(args, folder) {
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund', '--no-progress', '--no-update-notifier'];
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith('.js')
    ? [process.env.npm_node_execpath ?? process.execPath, [cli]]
    : ['npm', []];
  const result = spawnSync(command, [...first, ...args, ...quiet], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: command === 'npm' && process.platform === 'win32',
  });
  return result.status === 0;
}

function stop(message) {
  console.error(message);
  process.exit(1);
}

/** Installs the folder's lockfile; a present but outdated node_modules is brought up to date in place. */
function install(folder, what, args = []) {
  if (isInstalled(folder)) return;
  const fresh = !existsSync(join(folder, 'node_modules'));
  console.log(`Installing ${what} …`);
  if (npm([...(fresh ? ['ci'] : ['install', '--no-save']), ...args], folder)) return;
  stop(`npm could not install ${what}. The lines above say why; without a network nothing can be installed.`);
}

/** The major version of the Node in node_modules, 0 when it does not run. */
function projectNode() {
  const bin = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const { stdout } = spawnSync(bin, ['--version'], { encoding: 'utf8' });
  return Number(/^v(\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}

install(root, 'dependencies (once, about half a minute)');
if (projectNode() < OLDEST_USABLE_NODE) {
  // An install with --ignore-scripts leaves the package `node` without its binary.
  console.log('Installing Node 24 for the scripts …');
  if (!npm(['rebuild', 'node'], root) || projectNode() < OLDEST_USABLE_NODE) {
    stop('The package "node" has no binary for this machine. Install Node 24 from https://nodejs.org and try again.');
  }
}
if (process.argv.includes('--tests') && existsSync(join(root, 'test/clients/package-lock.json'))) {
  install(join(root, 'test/clients'), 'the clients that the tests drive (once)', ['--ignore-scripts']);
}
