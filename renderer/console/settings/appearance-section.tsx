import { Paper, SegmentedControl, Stack, Switch, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDeviceChoices } from '../frame/use-device-choices.ts';
import { usePreferences } from '../preferences.ts';

/** How the console looks on this device. */
export function AppearanceSection() {
  const { t } = useTranslation(['settings', 'frame']);
  const { singleKeys, change } = usePreferences();
  const choices = useDeviceChoices();
  return (
    <Paper withBorder p="md">
      <Title order={2}>{t('sections.appearance')}</Title>
      <Text size="sm" c="dimmed" mb="md">
        {t('appearanceHint')}
      </Text>
      <Stack gap="md" align="flex-start">
        {choices.map(({ id, label, value, options, choose }) => (
          <div key={id}>
            <Text size="sm" fw={600} mb={4}>
              {label}
            </Text>
            <SegmentedControl aria-label={label} value={value} data={[...options]} onChange={choose} />
          </div>
        ))}
        <Switch
          label={t('frame:shortcutsOn')}
          checked={singleKeys}
          onChange={({ currentTarget }) => change({ singleKeys: currentTarget.checked })}
        />
      </Stack>
    </Paper>
  );
}
