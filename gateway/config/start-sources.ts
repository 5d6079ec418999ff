/** Everything that a start is given, read and checked before anything is opened. */
import { defaultDataDir } from '../ops/data-dir.ts';
import { type ConfigFile, parseConfig, readConfigFile } from './config-file.ts';
import type { DeclarationSource, Declarations } from './declarations.ts';
import { createEnvironment, type Environment, type Variables } from './environment.ts';
import { environmentDeclarations } from './environment-declarations.ts';
import { composeSettings } from './setting-definitions.ts';
import type { Settings } from './settings.ts';
import { collectGiven, type GivenValue } from './sources.ts';

export interface StartOptions {
  /** Else SOLARIS_DATA_DIR, else the system's usual place. */
  dataDir?: string;
  /** Path of the config file; else SOLARIS_CONFIG. */
  configFile?: string;
  /** What a config file would hold, in its place. */
  config?: unknown;
  /** Settings by dotted key, as text from the command line or typed. */
  flags?: Readonly<Record<string, unknown>>;
  /** The process's environment; nothing by default. */
  env?: Variables;
}

export interface Declared {
  readonly source: DeclarationSource;
  readonly declarations: Declarations;
}

export interface StartSources {
  readonly dataDir: string;
  readonly environment: Environment;
  readonly file: ConfigFile;
  /** What file and environment list, in the order in which it is applied: the environment has the last word. */
  readonly declared: readonly Declared[];
  /** Values of flags, environment and file, by dotted key. */
  readonly given: ReadonlyMap<string, GivenValue>;
  /** Settings as far as they are known without the database. */
  readonly settings: Settings;
}

const NO_FILE: ConfigFile = parseConfig({}, 'no config file');

/** @throws ConfigError that lists what is wrong */
export function readStartSources(options: StartOptions): StartSources {
  const { env = {}, flags = {} } = options;
  const dataDir = options.dataDir ?? (env.SOLARIS_DATA_DIR?.trim() || defaultDataDir());
  const environment = createEnvironment(env, dataDir);
  const path = options.configFile ?? environment.text('SOLARIS_CONFIG')?.value;
  const file =
    options.config !== undefined
      ? parseConfig(options.config, 'the given configuration')
      : path
        ? readConfigFile(path)
        : NO_FILE;
  const given = collectGiven({ flags, environment, file: file.settings, fileName: file.name });
  const settings = composeSettings(new Map([...given].map(([key, { value }]) => [key, value])));
  const declared: Declared[] = [
    { source: { kind: 'config', name: file.name, firstPosition: 0 }, declarations: file.declarations },
    {
      source: { kind: 'environment', name: 'the environment', firstPosition: file.declarations.upstreams.length },
      declarations: environmentDeclarations(environment),
    },
  ];
  return { dataDir, environment, file, declared, given, settings };
}
