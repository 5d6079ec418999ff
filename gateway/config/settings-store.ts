/** The settings as they stand now, from their five sources, and what the console may change of them. */
import type { Actor } from '../audit/audit-writer.ts';
import type { SettingRule } from '../contract/settings.ts';
import type { SettingKind } from './setting.ts';
import type { Settings } from './settings.ts';

/** Where a value comes from, strongest first. */
export type SettingSource = 'flag' | 'environment' | 'file' | 'console' | 'default';

/** One setting as the console shows it. Values are in the form of the config file: decimals, not millionths. */
export interface SettingDescription {
  /** Dotted path, such as `policy.outputCap`. */
  key: string;
  /** Null for secrets, whatever they are. */
  value: unknown;
  fallback: unknown;
  source: SettingSource;
  /** The flag, variable or file that sets it; null when it comes from the console or is the default. */
  setBy: string | null;
  /** A stronger source than the console sets it, or it cannot be stored at all. */
  locked: boolean;
  secret: boolean;
  /** Whether there is a value other than null: all that is told of a secret. */
  isSet: boolean;
  kind: SettingKind;
  choices: readonly string[] | null;
  /** Ends the sentence "must be …". */
  expects: string;
  /** What of `expects` a page can tell by itself. */
  rule: SettingRule;
  /** A change takes effect at the next start. */
  restart: boolean;
  /** The environment variable that sets it. */
  variable: string | null;
}

export interface SettingsStore {
  /** The effective settings. A new object after every change; never mutate it. */
  current(): Settings;
  /** Reads what another gateway may have stored. Tells nobody: whoever calls it knows of the change. */
  reload(): Promise<void>;
  /** Every setting, with its value in the form of the config file and where it comes from. Secrets are masked. */
  describe(): SettingDescription[];
  /**
   * Stores values by dotted key, all or none: validated, secrets sealed, audited. Resolves after everybody heard of it.
   *
   * @throws ApiError 409 `setting_locked` for what a stronger source sets, 400 `unknown_setting` or `invalid_setting`, each with its field
   */
  set(changes: Readonly<Record<string, unknown>>, actor: Actor): Promise<void>;
  /** Forgets stored values, so that the defaults apply again. Throws as `set` does. */
  reset(keys: readonly string[], actor: Actor): Promise<void>;
}
