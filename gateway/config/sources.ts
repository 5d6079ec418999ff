/** Collects settings from the three sources that a start gives: flags, environment, config file. */
import { ConfigError, UsageError } from '../ops/start-error.ts';
import type { Environment } from './environment.ts';
import { fromText } from './setting.ts';
import { acceptsSetting, refusal, type SettingDefinition, settingDefinitions } from './setting-definitions.ts';
import type { SettingSource } from './settings-store.ts';

/** A value that a source gives, in the form in which people write it. */
export interface GivenValue {
  readonly value: unknown;
  readonly source: Exclude<SettingSource, 'console' | 'default'>;
  /** The flag, variable or path in the file, for messages. */
  readonly setBy: string;
}

export interface SettingSources {
  /** By dotted key: text from the command line, or typed values from a host or a test. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Environment;
  /** By dotted key, as read from the file. */
  readonly file: ReadonlyMap<string, unknown>;
  /** How messages name the file. */
  readonly fileName: string;
}

/**
 * The strongest value given for each setting; nothing for those that no source gives.
 *
 * @throws ConfigError with every bad value in every source, even one that a stronger source overrules; UsageError where
 *   all of them are flags
 */
export function collectGiven(sources: SettingSources): ReadonlyMap<string, GivenValue> {
  const given = new Map<string, GivenValue>();
  const problems: { readonly text: string; readonly source: GivenValue['source'] }[] = [];
  for (const definition of settingDefinitions()) {
    for (const candidate of candidates(definition, sources)) {
      if (!acceptsSetting(definition, candidate.value)) {
        const text = `${candidate.setBy} ${refusal(definition, candidate.value)}`;
        problems.push({ text, source: candidate.source });
      } else if (!given.has(definition.key)) {
        given.set(definition.key, candidate);
      }
    }
  }
  const texts = problems.map(({ text }) => text);
  if (texts.length === 0) return given;
  throw problems.every(({ source }) => source === 'flag') ? new UsageError(texts.join('\n')) : new ConfigError(texts);
}

function candidates(definition: SettingDefinition, sources: SettingSources): GivenValue[] {
  const { key } = definition;
  const found: GivenValue[] = [];
  const flag = sources.flags[key];
  if (flag !== undefined) {
    found.push({
      value: typeof flag === 'string' ? fromText(definition, flag) : flag,
      source: 'flag',
      setBy: flagName(key),
    });
  }
  const variable = fromEnvironment(definition, sources.environment);
  if (variable)
    found.push({ value: fromText(definition, variable.value), source: 'environment', setBy: variable.from });
  if (sources.file.has(key)) {
    found.push({ value: sources.file.get(key), source: 'file', setBy: `$.${key} in ${sources.fileName}` });
  }
  return found;
}

function fromEnvironment(
  definition: SettingDefinition,
  environment: Environment,
): { value: string; from: string } | null {
  for (const name of definition.env) {
    const found = definition.secret ? environment.secret(name) : environment.text(name);
    if (found) return found;
  }
  return definition.key === 'databaseUrl' ? databaseUrlFromParts(environment) : null;
}

/** DB_HOST, DB_PORT, DB_NAME, DB_USER and DB_PASSWORD as one URL. */
function databaseUrlFromParts(environment: Environment): { value: string; from: string } | null {
  const host = environment.text('DB_HOST');
  if (!host) return null;
  const url = new URL('postgres://host/');
  url.hostname = host.value;
  url.port = environment.text('DB_PORT')?.value ?? '5432';
  url.pathname = `/${environment.text('DB_NAME')?.value ?? 'ia_solaris'}`;
  url.username = encodeURIComponent(environment.text('DB_USER')?.value ?? '');
  url.password = encodeURIComponent(environment.secret('DB_PASSWORD')?.value ?? '');
  return { value: url.href, from: host.from };
}

/** `policy.outputCap` is `--policy-output-cap`. */
export function flagName(key: string): string {
  return `--${key.replaceAll('.', '-').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
