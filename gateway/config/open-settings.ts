/** The settings store over its five sources: flags, environment and file as given at the start, the database, defaults. */
import { inArray } from 'drizzle-orm';
import type { FastifyBaseLogger } from 'fastify';
import type { Actor, AuditWriter } from '../audit/audit-writer.ts';
import type { Database } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import { ApiError } from '../ops/api-error.ts';
import type { Clock } from '../ops/clock.ts';
import { ConfigError } from '../ops/start-error.ts';
import type { SecretBox } from './secret-box.ts';
import {
  acceptsSetting,
  composeSettings,
  refusal,
  type SettingDefinition,
  settingsByKey,
} from './setting-definitions.ts';
import type { Settings } from './settings.ts';
import type { SettingDescription, SettingsStore } from './settings-store.ts';
import type { GivenValue } from './sources.ts';
import { readStoredSettings, storedForm } from './stored-settings.ts';

export interface SettingsDependencies {
  readonly db: Database;
  readonly secrets: SecretBox;
  readonly audit: AuditWriter;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
}

/**
 * Opens the store.
 *
 * @param given what flags, environment and file say; it stays as it is until the next start
 * @throws ConfigError when the effective settings contradict each other
 */
export async function openSettings(
  dependencies: SettingsDependencies,
  given: ReadonlyMap<string, GivenValue>,
): Promise<SettingsStore> {
  const { db, secrets, audit, events, clock, log } = dependencies;
  const known = settingsByKey();
  let stored: ReadonlyMap<string, unknown> = new Map();
  let current: Settings;

  const compose = (values: ReadonlyMap<string, unknown>): Settings =>
    composeSettings(new Map([...values, ...[...given].map(([key, { value }]) => [key, value] as const)]));

  const load = async () => {
    const { values, unusable } = await readStoredSettings(db, secrets, known);
    for (const [key, why] of unusable) log.warn({ setting: key }, `The stored setting ${key} is not used: ${why}`);
    return values;
  };
  const settable = (key: string): SettingDefinition => {
    const definition = known.get(key);
    if (!definition) throw new ApiError(400, 'unknown_setting', `There is no setting ${key}.`, key);
    const source = given.get(key);
    if (source) throw new ApiError(409, 'setting_locked', `${key} is set by ${source.setBy}; change it there.`, key);
    if (!definition.stored) {
      throw new ApiError(409, 'setting_locked', `${key} can only be set by a variable or in the config file.`, key);
    }
    return definition;
  };
  /** Applies what was written; `gone` are keys whose rows were removed. */
  const change = async (written: ReadonlyMap<string, unknown>, gone: readonly string[], actor: Actor) => {
    const before = stored;
    const after = new Map([...before, ...written]);
    for (const key of gone) after.delete(key);
    refuseContradictions(() => compose(after));
    const rows = await Promise.all(
      [...written].map(async ([key, value]) => ({
        key,
        value: await storedForm(settable(key), value, secrets),
        updatedAt: clock.now(),
        updatedBy: actor.id,
      })),
    );
    await db.tx(async (tx) => {
      const { settings } = tx.tables;
      if (gone.length > 0) await tx.delete(settings).where(inArray(settings.key, [...gone]));
      for (const row of rows) {
        const { value, updatedAt, updatedBy } = row;
        await tx
          .insert(settings)
          .values(row)
          .onConflictDoUpdate({ target: settings.key, set: { value, updatedAt, updatedBy } });
      }
      await audit.write(tx, { actor, action: 'settings.changed', ...describeChange(known, before, written, gone) });
    });
    stored = await load();
    current = compose(stored);
    await events.emit({ kind: 'settings_changed' });
  };

  stored = await load();
  current = compose(stored);
  return {
    current: () => current,
    async reload() {
      const values = await load();
      const composed = compose(values);
      stored = values;
      current = composed;
    },
    describe: () => [...known.values()].map((definition) => describe(definition, given.get(definition.key), stored)),
    async set(changes, actor) {
      const written = new Map<string, unknown>();
      for (const [key, value] of Object.entries(changes)) {
        const definition = settable(key);
        if (!acceptsSetting(definition, value)) {
          throw new ApiError(400, 'invalid_setting', `${key} ${refusal(definition, value)}`, key);
        }
        written.set(key, value);
      }
      if (written.size > 0) await change(written, [], actor);
    },
    async reset(keys, actor) {
      for (const key of keys) settable(key);
      const gone = keys.filter((key) => stored.has(key));
      if (gone.length > 0) await change(new Map(), gone, actor);
    },
  };
}

function describe(
  definition: SettingDefinition,
  given: GivenValue | undefined,
  stored: ReadonlyMap<string, unknown>,
): SettingDescription {
  const { key, kind, choices, expects, rule, restart, secret, fallback } = definition;
  const value = given ? given.value : stored.has(key) ? stored.get(key) : fallback;
  return {
    key,
    value: secret ? null : value,
    fallback: secret ? null : fallback,
    source: given?.source ?? (stored.has(key) ? 'console' : 'default'),
    setBy: given?.setBy ?? null,
    locked: given !== undefined || !definition.stored,
    secret,
    isSet: value !== null,
    kind,
    choices: choices === null ? null : [...choices],
    rule,
    expects,
    restart,
    variable: definition.env[0] ?? null,
  };
}

/** Numbers and choices go into the audit chain; free text may be personal and goes beside it; secrets go nowhere. */
function describeChange(
  known: ReadonlyMap<string, SettingDefinition>,
  before: ReadonlyMap<string, unknown>,
  written: ReadonlyMap<string, unknown>,
  gone: readonly string[],
) {
  const keys = [...written.keys(), ...gone].sort();
  const changes: Record<string, unknown> = {};
  const texts: Record<string, unknown> = {};
  for (const key of keys) {
    const definition = known.get(key);
    if (!definition || definition.secret) continue;
    const step = { from: before.get(key) ?? definition.fallback, to: written.get(key) ?? definition.fallback };
    if (definition.kind === 'text' || definition.kind === 'list') texts[key] = step;
    else changes[key] = step;
  }
  const personal = Object.keys(texts).length > 0 ? { personal: { subjectId: null, data: texts } } : {};
  return { details: { keys, changes }, ...personal };
}

function refuseContradictions(compose: () => Settings): void {
  try {
    compose();
  } catch (error) {
    if (error instanceof ConfigError) {
      const key = error.problems[0]?.split(' ')[0];
      throw new ApiError(400, 'invalid_setting', error.message, key);
    }
    throw error;
  }
}
