/** Gathers the licences of all packages that go into the build, and writes them where the console's "About" reads them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Place of its text in `texts`; null where the package brings none. */
  readonly text: number | null;
}

const FILE_NAME = 'third-party-notices.json';
const PACKAGE_FOLDER = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/@][^/]*)\//;
const LICENCE_FILE = /^(licen[cs]e|copying|notice)([-.].*)?$/i;

/**
 * @param unbundled packages that the build leaves beside it; what they depend on comes along
 * @returns `collect` for every part of the build, `emit` for the last one
 */
export function thirdPartyNotices(unbundled: readonly string[]): { collect: Plugin; emit: Plugin } {
  const folders = new Set<string>();
  const gather = (moduleIds: readonly string[]) => {
    for (const id of moduleIds) {
      const folder = PACKAGE_FOLDER.exec(id.replaceAll('\\', '/').replace(/^\0/, ''))?.[1];
      if (folder !== undefined && existsSync(join(folder, 'package.json'))) folders.add(folder);
    }
  };
  const collect: Plugin = {
    name: 'third-party-notices-collect',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk') gather(chunk.moduleIds);
    },
  };
  const emit: Plugin = {
    name: 'third-party-notices-emit',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk') gather(chunk.moduleIds);
      for (const name of unbundled) addWithDependencies(join(process.cwd(), 'node_modules', name), folders);
      this.emitFile({ type: 'asset', fileName: FILE_NAME, source: JSON.stringify(describe([...folders].sort())) });
    },
  };
  return { collect, emit };
}

/** Walks to what a package needs when it runs, as Node would find it. */
function addWithDependencies(folder: string, folders: Set<string>): void {
  if (folders.has(folder) || !existsSync(join(folder, 'package.json'))) return;
  folders.add(folder);
  const { dependencies = {}, optionalDependencies = {} } = readPackage(folder);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const found = findPackage(folder, name);
    if (found !== null) addWithDependencies(found, folders);
  }
}

function findPackage(from: string, name: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return null;
  }
}

function describe(folders: readonly string[]): { packages: PackageFacts[]; texts: string[] } {
  const texts: string[] = [];
  const packages = new Map<string, PackageFacts>();
  for (const folder of folders) {
    const { name = '', version = '', license, licenses } = readPackage(folder);
    if (name === '' || version === '') continue;
    const text = licenceText(folder);
    if (text !== null && !texts.includes(text)) texts.push(text);
    packages.set(`${name}@${version}`, {
      name,
      version,
      licence: licenceName(license ?? licenses),
      text: text === null ? null : texts.indexOf(text),
    });
  }
  return { packages: [...packages.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), texts };
}

interface Manifest {
  name?: string;
  version?: string;
  license?: unknown;
  licenses?: unknown;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

function readPackage(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Older packages name their licence as an object, or several of them. */
function licenceName(written: unknown): string {
  if (typeof written === 'string') return written;
  if (Array.isArray(written)) return written.map(licenceName).join(' OR ');
  if (typeof written === 'object' && written !== null && 'type' in written) return String(written.type);
  return '';
}

function licenceText(folder: string): string | null {
  const names = readdirSync(folder).filter((name) => LICENCE_FILE.test(name));
  const parts = names.sort().map((name) => readFileSync(join(folder, name), 'utf8').trim());
  return parts.length === 0 ? null : parts.join('\n\n');
}
