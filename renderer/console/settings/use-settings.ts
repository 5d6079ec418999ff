import { useQuery } from '@tanstack/react-query';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Setting } from '../../../gateway/contract/settings.ts';
import { useMay, useSession } from '../session/use-session.tsx';

export type SettingValue = Setting['value'];

/** First parts of the keys of all queries that show what the switch of maintenance changes. */
export const MAINTENANCE_STALE = ['settings', 'alerts', 'stats', 'mail', 'audit'];

/** All settings, and where each comes from. */
export function useSettings() {
  const session = useSession();
  const may = useMay();
  return useQuery({
    queryKey: ['settings'],
    enabled: may('admin'),
    queryFn: ({ signal }) => session.call<{ items: Setting[] }>('/api/admin/settings', { signal }),
  });
}

export interface SettingWords {
  readonly label: string;
  readonly hint: string;
  /** A choice as people say it. */
  choice(value: string): string;
}

/** How a setting is called. One that has no words yet is called by its key, and hinted at by what it expects. */
export function useSettingWords(): (setting: Setting) => SettingWords {
  // Words are looked up by the gateway's own names, which the catalogue's type cannot know.
  useTranslation('settings');
  const t = i18next.getFixedT(i18next.language, 'settings') as unknown as (
    key: string,
    options: { defaultValue: string },
  ) => string;
  return ({ key, expects }) => {
    const name = key.replaceAll('.', '_');
    return {
      label: t(`fields.${name}.label`, { defaultValue: key }),
      hint: t(`fields.${name}.hint`, { defaultValue: expects }),
      choice: (value) => t(`choices.${name}.${value.replaceAll(' ', '_')}`, { defaultValue: value }),
    };
  };
}
