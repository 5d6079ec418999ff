/**
 * Run by electron-builder for every package before it is signed: what the app needs on the target must be there, and
 * nothing of another system. A package without its addon would start nowhere.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Of electron-builder's Arch. */
const ARCHES = ['ia32', 'x64', 'armv7l', 'arm64', 'universal'];

/** @param {{ appOutDir: string, arch: number, electronPlatformName: string, packager: { getResourcesDir(folder: string): string } }} context */
export async function afterPack({ appOutDir, arch, electronPlatformName, packager }) {
  const target = `${electronPlatformName}-${ARCHES[arch]}`;
  const modules = join(packager.getResourcesDir(appOutDir), 'app.asar.unpacked/node_modules');
  const wanted = {
    'better-sqlite3/prebuilds': [`${target}.node`],
    '@node-rs': [`argon2-${target}${{ linux: '-gnu', win32: '-msvc' }[electronPlatformName] ?? ''}`],
  };
  for (const [folder, names] of Object.entries(wanted)) {
    const path = join(modules, folder);
    const found = existsSync(path) ? readdirSync(path) : [];
    if (found.sort().join() !== names.join()) {
      throw new Error(`${folder} of ${target} holds ${found.join(', ') || 'nothing'} in place of ${names.join(', ')}.`);
    }
  }
}
