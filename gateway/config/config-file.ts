/** The JSON config file: settings by dotted key, and lists of what is to exist. Every problem names its JSON path. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { ConfigError } from '../ops/start-error.ts';
import { type Declarations, declarationsSchema } from './declarations.ts';
import { reason } from './environment.ts';
import { acceptsSetting, refusal, type SettingDefinition, settingsByKey } from './setting-definitions.ts';

export interface ConfigFile {
  /** Values by dotted key, checked, in the form in which they were written. */
  readonly settings: ReadonlyMap<string, unknown>;
  readonly declarations: Declarations;
  /** How messages name the file. */
  readonly name: string;
}

/**
 * Reads and checks the file.
 *
 * @throws ConfigError that lists every problem with its JSON path
 */
export function readConfigFile(file: string): ConfigFile {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError([`The config file ${file} cannot be read: ${reason(error)}.`], { cause: error });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new ConfigError([`The config file ${file} is not valid JSON: ${reason(error)}.`], { cause: error });
  }
  return parseConfig(parsed, file);
}

/**
 * Checks what a config file holds, or what a host gives in its place.
 *
 * @throws ConfigError that lists every problem with its JSON path
 */
export function parseConfig(content: unknown, name: string): ConfigFile {
  if (!isObject(content)) throw new ConfigError([`$ in ${name} must be a JSON object.`]);
  const problems: string[] = [];
  const settings = new Map<string, unknown>();
  const lists: Record<string, unknown> = {};
  const known = settingsByKey();
  for (const [key, value] of Object.entries(content)) {
    if (key in declarationsSchema.shape) lists[key] = value;
    else collectSetting(known, key, value, settings, problems);
  }
  const declarations = declarationsSchema.safeParse(lists);
  if (!declarations.success) problems.push(...declarations.error.issues.map(describeIssue));
  if (problems.length > 0 || !declarations.success) {
    throw new ConfigError(problems.map((problem) => `${problem} (in ${name})`));
  }
  return { settings, declarations: declarations.data, name };
}

function collectSetting(
  known: ReadonlyMap<string, SettingDefinition>,
  key: string,
  value: unknown,
  settings: Map<string, unknown>,
  problems: string[],
): void {
  const collect = (path: string, given: unknown, definition: SettingDefinition | undefined) => {
    if (!definition) problems.push(`$.${path} is no setting.${suggestion(path, [...known.keys()])}`);
    else if (!acceptsSetting(definition, given)) problems.push(`$.${path} ${refusal(definition, given)}`);
    else settings.set(path, given);
  };
  if (![...known.keys()].some((path) => path.startsWith(`${key}.`))) {
    collect(key, value, known.get(key));
  } else if (!isObject(value)) {
    problems.push(`$.${key} must be a JSON object.`);
  } else {
    for (const [inner, given] of Object.entries(value)) collect(`${key}.${inner}`, given, known.get(`${key}.${inner}`));
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `$.users[2].email must be an e-mail address.` Values are left out: they may be secrets. */
function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.reduce<string>(
    (to, step) => (typeof step === 'number' ? `${to}[${step}]` : `${to}.${String(step)}`),
    '$',
  );
  if (issue.code === 'unrecognized_keys') return `${path} has unknown keys: ${issue.keys.join(', ')}.`;
  const message = issue.message.replace(/^Invalid input: /, '').replace(/\.$/, '');
  return /^(must|is) /.test(message) ? `${path} ${message}.` : `${path}: ${message}.`;
}

function suggestion(path: string, known: readonly string[]): string {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const last = plain(path.split('.').at(-1) ?? path);
  const near = known.find((name) => plain(name) === plain(path) || plain(name.split('.').at(-1) ?? name) === last);
  return near ? ` Did you mean ${near}?` : '';
}
