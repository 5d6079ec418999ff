/** The preferences in memory and in their file. Starting at login is kept by the system, which is asked. */
import type { Locale, Preferences } from '../../contract.ts';
import type { LoginItem } from '../shell/login-item.ts';
import type { JsonFile } from './json-file.ts';
import type { StoredPreferences } from './preferences.ts';

export interface PreferencesStore {
  /** As pages and menus show them. */
  current(): Preferences;
  stored(): StoredPreferences;
  /** @throws Error when the system refuses to start the app at login */
  change(changes: Partial<StoredPreferences>): void;
  onChange(listener: () => void): void;
  locale(): Locale;
}

/** @param systemLocale counts until the console has said another */
export function openPreferences(
  file: JsonFile<StoredPreferences>,
  loginItem: LoginItem,
  systemLocale: () => Locale,
): PreferencesStore {
  let stored = file.read();
  const listeners: (() => void)[] = [];
  return {
    current() {
      const { closeToTray, keepAwake, pauseNotices } = stored;
      return { openAtLogin: loginItem.read(), closeToTray, keepAwake, pauseNotices };
    },
    stored: () => stored,
    change(changes) {
      if (changes.openAtLogin !== undefined) loginItem.write(changes.openAtLogin);
      stored = { ...stored, ...changes };
      file.write(stored);
      for (const listener of listeners) listener();
    },
    onChange: (listener) => void listeners.push(listener),
    locale: () => stored.locale ?? systemLocale(),
  };
}
