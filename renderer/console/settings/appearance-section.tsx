import { Paper, SegmentedControl, Stack, Switch, Text, Title, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Locale, localeNames, locales, saveLocale } from '../../shared/i18n/locale.ts';
import { type Density, type Times, usePreferences, ZOOMS } from '../preferences.ts';

/** How the console looks on this device. */
export function AppearanceSection() {
  const { t, i18n } = useTranslation(['settings', 'frame']);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { density, zoom, singleKeys, times, change } = usePreferences();
  return (
    <Paper withBorder p="md">
      <Title order={2}>{t('sections.appearance')}</Title>
      <Text size="sm" c="dimmed" mb="md">
        {t('appearanceHint')}
      </Text>
      <Stack gap="md" align="flex-start">
        <Choice label={t('frame:language')}>
          <SegmentedControl
            aria-label={t('frame:language')}
            value={i18n.language}
            data={locales.map((value) => ({ value, label: localeNames[value] }))}
            onChange={(value) => {
              saveLocale(value as Locale);
              void i18n.changeLanguage(value);
            }}
          />
        </Choice>
        <Choice label={t('frame:theme')}>
          <SegmentedControl
            aria-label={t('frame:theme')}
            value={colorScheme}
            data={(['light', 'dark', 'auto'] as const).map((value) => ({ value, label: t(`frame:themes.${value}`) }))}
            onChange={(value) => setColorScheme(value as typeof colorScheme)}
          />
        </Choice>
        <Choice label={t('frame:density')}>
          <SegmentedControl
            aria-label={t('frame:density')}
            value={density}
            data={(['comfortable', 'compact'] as const).map((value) => ({
              value,
              label: t(`frame:densities.${value}`),
            }))}
            onChange={(value) => change({ density: value as Density })}
          />
        </Choice>
        <Choice label={t('frame:times')}>
          <SegmentedControl
            aria-label={t('frame:times')}
            value={times}
            data={[
              { value: 'here', label: t('frame:timesHere') },
              { value: 'utc', label: 'UTC' },
            ]}
            onChange={(value) => change({ times: value as Times })}
          />
        </Choice>
        <Choice label={t('frame:zoom')}>
          <SegmentedControl
            aria-label={t('frame:zoom')}
            value={String(zoom)}
            data={ZOOMS.map((value) => ({ value: String(value), label: `${value}%` }))}
            onChange={(value) => change({ zoom: Number(value) })}
          />
        </Choice>
        <Switch
          label={t('frame:shortcutsOn')}
          checked={singleKeys}
          onChange={({ currentTarget }) => change({ singleKeys: currentTarget.checked })}
        />
      </Stack>
    </Paper>
  );
}

function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {label}
      </Text>
      {children}
    </div>
  );
}
