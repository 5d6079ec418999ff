/** The settings as they stand now, from their five sources, and what the console may change of them. */
import type { Settings } from './settings.ts';

export interface SettingsStore {
  /** The effective settings. A new object after every change; never mutate it. */
  current(): Settings;
}
