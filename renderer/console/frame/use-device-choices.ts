import { useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Locale, localeNames, locales } from '../../shared/i18n/locale.ts';
import { chooseLanguage } from '../i18n/i18n.ts';
import { type Density, type Times, usePreferences, ZOOMS } from '../preferences.ts';

/** Something that this device prefers. */
export interface DeviceChoice {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  choose(value: string): void;
}

/** What a person chooses for this device: language, theme, density, zoom. */
export function useDeviceChoices(): readonly DeviceChoice[] {
  const { t, i18n } = useTranslation('frame');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { density, times, zoom, change } = usePreferences();
  return [
    {
      id: 'language',
      label: t('language'),
      value: i18n.language,
      options: locales.map((locale) => ({ value: locale, label: localeNames[locale] })),
      choose: (locale) => void chooseLanguage(locale as Locale),
    },
    {
      id: 'theme',
      label: t('theme'),
      value: colorScheme,
      options: (['light', 'dark', 'auto'] as const).map((value) => ({ value, label: t(`themes.${value}`) })),
      choose: (value) => setColorScheme(value as typeof colorScheme),
    },
    {
      id: 'density',
      label: t('density'),
      value: density,
      options: (['comfortable', 'compact'] as const).map((value) => ({ value, label: t(`densities.${value}`) })),
      choose: (value) => change({ density: value as Density }),
    },
    {
      id: 'times',
      label: t('times'),
      value: times,
      options: [
        { value: 'here', label: t('timesHere') },
        { value: 'utc', label: 'UTC' },
      ],
      choose: (value) => change({ times: value as Times }),
    },
    {
      id: 'zoom',
      label: t('zoom'),
      value: String(zoom),
      options: ZOOMS.map((value) => ({ value: String(value), label: `${value}` })),
      choose: (value) => change({ zoom: Number(value) }),
    },
  ];
}
