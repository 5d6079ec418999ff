import { ActionIcon, Avatar, Menu, SegmentedControl, Stack, Switch, Text, useMantineColorScheme } from '@mantine/core';
import { IconKeyboard, IconLogout } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Locale, localeNames, locales, saveLocale } from '../../shared/i18n/locale.ts';
import { drafts } from '../drafts/use-draft.ts';
import { type Density, usePreferences, ZOOMS } from '../preferences.ts';
import { useSession, useSessionState } from '../session/use-session.tsx';
import { useShortcutSheet } from './shortcut-sheet.tsx';

/** Who is signed in, and what this device prefers. */
export function OperatorMenu() {
  const { t, i18n } = useTranslation(['frame', 'session']);
  const session = useSession();
  const state = useSessionState();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { density, zoom, singleKeys, change } = usePreferences();
  const openSheet = useShortcutSheet((sheet) => sheet.open);
  if (state.kind !== 'signed_in') return null;
  const { operator } = state;
  const signOut = () => {
    drafts.forget(operator.id);
    void session.signOut();
  };

  const chooseLocale = (locale: string) => {
    saveLocale(locale as Locale);
    void i18n.changeLanguage(locale);
  };
  return (
    <Menu width={300} position="bottom-end" closeOnItemClick={false} trapFocus>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" radius="xl">
          <Avatar
            name={operator.name || operator.email}
            size={30}
            color="initials"
            alt=""
            // Not every colour that initials are given is legible on its own tint.
            styles={{ placeholder: { color: 'var(--text)' } }}
          />
          <span className="visually-hidden">{t('menu')}</span>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Stack gap={2} px="sm" py={6}>
          <Text fw={600} truncate>
            {operator.name || operator.email}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            {operator.email}
            {' · '}
            {t(`roles.${operator.role}`)}
          </Text>
        </Stack>
        <Menu.Divider />
        <Stack gap="sm" px="sm" py={6}>
          <Choice label={t('language')}>
            <SegmentedControl
              fullWidth
              size="xs"
              aria-label={t('language')}
              value={i18n.language}
              onChange={chooseLocale}
              data={locales.map((locale) => ({ value: locale, label: localeNames[locale] }))}
            />
          </Choice>
          <Choice label={t('theme')}>
            <SegmentedControl
              fullWidth
              size="xs"
              aria-label={t('theme')}
              value={colorScheme}
              onChange={(value) => setColorScheme(value as typeof colorScheme)}
              data={(['light', 'dark', 'auto'] as const).map((value) => ({ value, label: t(`themes.${value}`) }))}
            />
          </Choice>
          <Choice label={t('density')}>
            <SegmentedControl
              fullWidth
              size="xs"
              aria-label={t('density')}
              value={density}
              onChange={(value) => change({ density: value as Density })}
              data={(['comfortable', 'compact'] as const).map((value) => ({ value, label: t(`densities.${value}`) }))}
            />
          </Choice>
          <Choice label={t('zoom')}>
            <SegmentedControl
              fullWidth
              size="xs"
              aria-label={t('zoom')}
              value={String(zoom)}
              onChange={(value) => change({ zoom: Number(value) })}
              data={ZOOMS.map((value) => ({ value: String(value), label: `${value}` }))}
            />
          </Choice>
          <Switch
            size="xs"
            label={t('shortcutsOn')}
            checked={singleKeys}
            onChange={({ currentTarget }) => change({ singleKeys: currentTarget.checked })}
          />
        </Stack>
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={16} />} closeMenuOnClick onClick={openSheet}>
          {t('shortcuts')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} closeMenuOnClick onClick={signOut}>
          {t('session:signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Choice({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed" mb={2}>
        {label}
      </Text>
      {children}
    </div>
  );
}
