/** The settings that the console stored: read, checked and unsealed. */
import type { Queries } from '../db/database.ts';
import type { NoValue, Sealed, SettingValue } from '../db/json-columns.ts';
import type { SecretBox } from './secret-box.ts';
import { acceptsSetting, type SettingDefinition } from './setting-definitions.ts';

export interface StoredSettings {
  /** By dotted key, in the form in which people write them; secrets unsealed. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Keys whose stored value cannot be used, and why. They count as not stored. */
  readonly unusable: ReadonlyMap<string, string>;
}

/** Reads the table. A value that cannot be used is reported, never fatal: an older version or another key may have written it. */
export async function readStoredSettings(
  db: Queries,
  secrets: SecretBox,
  known: ReadonlyMap<string, SettingDefinition>,
): Promise<StoredSettings> {
  const { settings } = db.tables;
  const values = new Map<string, unknown>();
  const unusable = new Map<string, string>();
  for (const { key, value } of await db.select({ key: settings.key, value: settings.value }).from(settings)) {
    const definition = known.get(key);
    if (!definition) continue;
    try {
      const plain = isSealed(value) ? await secrets.open(value) : isNone(value) ? null : value;
      if (acceptsSetting(definition, plain)) values.set(key, plain);
      else unusable.set(key, `it must be ${definition.expects}`);
    } catch (error) {
      unusable.set(key, error instanceof Error ? error.message : String(error));
    }
  }
  return { values, unusable };
}

/** A value as it is stored: secrets sealed, all else as it is. */
export async function storedForm(
  definition: SettingDefinition,
  value: unknown,
  secrets: SecretBox,
): Promise<SettingValue> {
  if (value === null) return { none: true };
  if (definition.secret && typeof value === 'string') return secrets.seal(value);
  // The schema has accepted it, and no setting is anything but a scalar or a list of texts.
  return value as SettingValue;
}

function isNone(value: unknown): value is NoValue {
  return typeof value === 'object' && value !== null && 'none' in value;
}

function isSealed(value: unknown): value is Sealed {
  return typeof value === 'object' && value !== null && 'sealedBy' in value && 'box' in value;
}
