/** Where things lie. No Electron in here. */
import { join } from 'node:path';
import envPaths from 'env-paths';

export interface AppPaths {
  /** The gateway's data, shared with the headless gateway: see its `ops/data-dir.ts`. */
  readonly data: string;
  /** What is the app's own; Chromium's files too, so that a backup or a move of the data takes none of them. */
  readonly profile: string;
  readonly window: string;
  readonly preferences: string;
  readonly log: string;
  readonly sealingKey: string;
}

/** The same place that the headless gateway takes by default. */
export function appPaths(env: Readonly<Record<string, string | undefined>>): AppPaths {
  const usual = envPaths('ia-solaris', { suffix: '' }).data;
  const profile = join(usual, 'desktop');
  return {
    data: env.SOLARIS_DATA_DIR?.trim() || usual,
    profile,
    window: join(profile, 'window.json'),
    preferences: join(profile, 'preferences.json'),
    log: join(profile, 'desktop.log'),
    sealingKey: join(profile, 'secrets.key'),
  };
}
