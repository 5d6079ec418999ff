/** The settings one by one, by their dotted path, as walked from the schema. */
import { z } from 'zod';
import { ConfigError } from '../ops/start-error.ts';
import { type SettingInfo, settingRegistry } from './setting.ts';
import { type Settings, settingsSchema } from './settings.ts';

export interface SettingDefinition extends SettingInfo {
  /** Dotted path, such as `policy.outputCap`. */
  readonly key: string;
  readonly schema: z.ZodType;
  /** The default, in the form in which people write it. */
  readonly fallback: unknown;
}

/** Every setting, in the schema's order. */
export function settingDefinitions(): readonly SettingDefinition[] {
  return walk(settingsSchema, '');
}

/** Every setting by its dotted path. */
export function settingsByKey(): ReadonlyMap<string, SettingDefinition> {
  return new Map(settingDefinitions().map((definition) => [definition.key, definition]));
}

function walk(object: z.ZodObject, prefix: string): SettingDefinition[] {
  return Object.entries(object.shape).flatMap(([name, schema]) => {
    const key = prefix + name;
    const info = settingRegistry.get(schema);
    if (info && schema instanceof z.ZodPrefault) return [{ ...info, key, schema, fallback: schema.def.defaultValue }];
    const group = schema instanceof z.ZodPrefault ? schema.unwrap() : schema;
    if (group instanceof z.ZodObject) return walk(group, `${key}.`);
    throw new Error(`The setting ${key} is declared without setting().`);
  });
}

/** Whether `value` is what the setting takes, in the form in which people write it. */
export function acceptsSetting(definition: SettingDefinition, value: unknown): boolean {
  return value !== undefined && definition.schema.safeParse(value).success;
}

/** Why a value is refused. Secrets are not repeated. */
export function refusal(definition: SettingDefinition, value: unknown): string {
  const given = definition.secret ? '' : `, not ${JSON.stringify(value)?.slice(0, 80)}`;
  return `must be ${definition.expects}${given}.`;
}

/**
 * The effective settings out of written values by key; what is missing takes its default.
 *
 * @throws ConfigError when values contradict each other
 */
export function composeSettings(written: ReadonlyMap<string, unknown>): Settings {
  const nested: Record<string, unknown> = {};
  for (const [key, value] of written) {
    const [first = '', second] = key.split('.');
    if (second === undefined) nested[first] = value;
    else nested[first] = { ...(nested[first] as Record<string, unknown> | undefined), [second]: value };
  }
  const settings = settingsSchema.parse(nested);
  const problems = contradictions(settings);
  if (problems.length > 0) throw new ConfigError(problems.map(({ key, problem }) => `${key} ${problem}`));
  return settings;
}

/** What no single value shows: settings that do not go together. */
export function contradictions(settings: Settings): { key: string; problem: string }[] {
  const found: { key: string; problem: string }[] = [];
  const { minUserLimit, maxUserLimit, tls } = settings;
  if (minUserLimit !== null && maxUserLimit !== null && minUserLimit > maxUserLimit) {
    found.push({ key: 'minUserLimit', problem: `(${minUserLimit}) must not be above maxUserLimit (${maxUserLimit}).` });
  }
  if ((tls.certFile === null) !== (tls.keyFile === null)) {
    const missing = tls.certFile === null ? 'tls.certFile' : 'tls.keyFile';
    found.push({
      key: missing,
      problem: 'must be set too: TLS takes a certificate and its key (TLS_CERT_FILE, TLS_KEY_FILE).',
    });
  }
  return found;
}
