/**
 * Packs the app with electron-builder itself, on a stand-in for Electron's own files: electron-builder copies them as
 * they are and flips the fuses in the program, so that everything else is as in a release.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { root, toolPath } from '../../resources/scripts/run.ts';

/** electron-builder's own library, and what it packs with. */
const fromBuilder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));

/** What `@electron/fuses` looks for in the program; version, number of fuses and each of them follow. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** As Electron comes: what each fuse is before anybody decides. */
const FUSES_AS_SHIPPED = '101010010';

export interface PackedFile {
  /** From the top of the app, with slashes. */
  path: string;
  bytes: number;
  /** Where it comes from. */
  source: string;
}

/** Packs for Linux on x64. @returns the folder with `app.asar` and what lies beside it, and the program */
export function packForLinux(folder: string): { resources: string; program: string } {
  const electron = join(folder, 'electron');
  mkdirSync(join(electron, 'resources'), { recursive: true });
  mkdirSync(join(electron, 'locales'));
  for (const locale of ['en-US', 'pt-BR', 'de']) writeFileSync(join(electron, 'locales', `${locale}.pak`), '');
  for (const licence of ['LICENSE', 'LICENSES.chromium.html']) writeFileSync(join(electron, licence), '');
  const wire = Buffer.concat([
    Buffer.from(`program ${FUSE_SENTINEL}`),
    Buffer.from([1, FUSES_AS_SHIPPED.length]),
    Buffer.from(FUSES_AS_SHIPPED),
    Buffer.alloc(16),
  ]);
  writeFileSync(join(electron, 'electron'), wire, { mode: 0o755 });
  const output = join(folder, 'packed');
  const args = ['--linux', 'dir', '--x64', '--publish', 'never', `-c.electronDist=${electron}`];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [toolPath('electron-builder', 'electron-builder'), ...args, `-c.directories.output=${output}`],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`electron-builder failed:\n${stdout}\n${stderr}`);
  return { resources: join(output, 'linux-unpacked/resources'), program: join(output, 'linux-unpacked/ia-solaris') };
}

/** Writes the files of an archive, with those beside it, into `folder`. */
export function extractApp(resources: string, folder: string): void {
  fromAppBuilder('@electron/asar').extractAll(join(resources, 'app.asar'), folder);
}

/** The fuses of a program by their names, `true` for those that are on. */
export async function readFuses(program: string): Promise<Record<string, boolean>> {
  const { getCurrentFuseWire, FuseV1Options } = fromAppBuilder('@electron/fuses');
  const wire: Record<string, number> = await getCurrentFuseWire(program);
  const names = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name)));
  return Object.fromEntries(names.map((name) => [name, wire[FuseV1Options[name]] === '1'.charCodeAt(0)]));
}

/** What electron-builder would pack for a system, by its own matchers: as it decides in `copyAppFiles`. */
export async function filesFor(system: 'linux' | 'mac' | 'win', arch: 'x64' | 'arm64'): Promise<PackedFile[]> {
  const { Packager, Platform, Arch } = fromBuilder('app-builder-lib');
  const { AppInfo } = fromAppBuilder('./appInfo');
  const { getMainFileMatchers, getNodeModuleFileMatcher } = fromAppBuilder('./fileMatcher');
  const { computeFileSets, computeNodeModuleFileSets, getDestinationPath } = fromAppBuilder('./util/appFileCopier');
  const platform = { linux: Platform.LINUX, mac: Platform.MAC, win: Platform.WINDOWS }[system];
  const packager = new Packager({
    projectDir: root,
    targets: platform.createTarget('dir', Arch[arch]),
    publish: 'never',
  });
  await packager.validateConfig();
  packager._appInfo = new AppInfo(packager, null);
  const helper = await packager.createHelper(platform);
  const { macroExpander } = helper.createGetFileMatchersOptions(join(root, 'dist'), Arch[arch], null);
  const options = helper.platformSpecificBuildOptions;
  const app = join(root, 'packed-app');
  const main = getMainFileMatchers(packager.appDir, app, macroExpander, options, helper, join(root, 'dist'), false);
  const modules = getNodeModuleFileMatcher(packager.appDir, app, macroExpander, options, packager);
  const sets = [
    ...(await computeFileSets(main, null, helper, false)),
    ...(await computeNodeModuleFileSets(helper, modules)),
  ];
  return sets.flatMap((set: { files: string[] }) =>
    set.files
      .filter((file) => statSync(file).isFile())
      .map((file) => ({
        path: relative(app, getDestinationPath(file, set)).split(sep).join('/'),
        bytes: statSync(file).size,
        source: file,
      })),
  );
}

function fromAppBuilder(name: string) {
  const required = createRequire(fromBuilder.resolve('app-builder-lib'));
  return required(name);
}
