/** What this machine prefers. The gateway's own settings lie in its database. */
import { z } from 'zod';
import { type Locale, locales, type Preferences } from '../../contract.ts';

export interface StoredPreferences extends Preferences {
  locale: Locale | null;
  theme: 'system' | 'light' | 'dark';
  /** Whether it was said that the app goes on without its window. */
  toldHidden: boolean;
}

export const storedPreferences: z.ZodType<StoredPreferences> = z.object({
  openAtLogin: z.boolean(),
  closeToTray: z.boolean(),
  keepAwake: z.boolean(),
  // Files of older versions do not know it.
  pauseNotices: z.boolean().default(false),
  locale: z.enum(locales).nullable(),
  theme: z.enum(['system', 'light', 'dark']),
  toldHidden: z.boolean(),
});

export const DEFAULT_PREFERENCES: StoredPreferences = {
  openAtLogin: false,
  closeToTray: true,
  keepAwake: false,
  pauseNotices: false,
  locale: null,
  theme: 'system',
  toldHidden: false,
};
