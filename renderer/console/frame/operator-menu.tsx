import {
  ActionIcon,
  Avatar,
  Button,
  Divider,
  Popover,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKeyboard, IconLogout } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Locale, localeNames, locales, saveLocale } from '../../shared/i18n/locale.ts';
import { drafts } from '../drafts/use-draft.ts';
import { type Density, type Times, usePreferences, ZOOMS } from '../preferences.ts';
import { useSession, useSessionState } from '../session/use-session.tsx';
import { useShortcutSheet } from './shortcut-sheet.tsx';

const ITEM = {
  variant: 'subtle',
  color: 'gray',
  c: 'var(--text)',
  fw: 400,
  fullWidth: true,
  justify: 'flex-start',
} as const;

/** Who is signed in, and what this device prefers. */
export function OperatorMenu() {
  const { t, i18n } = useTranslation(['frame', 'session']);
  const session = useSession();
  const state = useSessionState();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { density, zoom, singleKeys, times, change } = usePreferences();
  const [opened, { toggle, close }] = useDisclosure(false);
  const openSheet = useShortcutSheet((sheet) => sheet.open);
  if (state.kind !== 'signed_in') return null;
  const { operator } = state;
  const showShortcuts = () => {
    close();
    openSheet();
  };
  const signOut = () => {
    drafts.forget(operator.id);
    void session.signOut();
  };

  const chooseLocale = (locale: string) => {
    saveLocale(locale as Locale);
    void i18n.changeLanguage(locale);
  };
  return (
    <Popover
      opened={opened}
      onChange={(open) => (open ? toggle() : close())}
      width={300}
      position="bottom-end"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" radius="xl" onClick={toggle}>
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
      </Popover.Target>
      <Popover.Dropdown p={4} aria-label={t('menu')}>
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
        <Divider my={4} />
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
          <Choice label={t('times')}>
            <SegmentedControl
              fullWidth
              size="xs"
              aria-label={t('times')}
              value={times}
              data={[
                { value: 'here', label: t('timesHere') },
                { value: 'utc', label: 'UTC' },
              ]}
              onChange={(value) => change({ times: value as Times })}
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
        <Divider my={4} />
        <Button {...ITEM} leftSection={<IconKeyboard size={16} />} onClick={showShortcuts}>
          {t('shortcuts')}
        </Button>
        <Button {...ITEM} leftSection={<IconLogout size={16} />} onClick={signOut}>
          {t('session:signOut')}
        </Button>
      </Popover.Dropdown>
    </Popover>
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
