import { ActionIcon, Avatar, Button, Divider, Popover, SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKeyboard, IconLogout } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { usePreferences } from '../preferences.ts';
import { useSessionState } from '../session/use-session.tsx';
import { useSignOut } from '../session/use-sign-out.ts';
import { Keys } from './keys.tsx';
import { useShortcutSheet } from './shortcut-sheet.tsx';
import { useDeviceChoices } from './use-device-choices.ts';

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
  const { t } = useTranslation(['frame', 'session']);
  const state = useSessionState();
  const { singleKeys, change } = usePreferences();
  const choices = useDeviceChoices();
  const signOut = useSignOut();
  const [opened, { toggle, close }] = useDisclosure(false);
  const openSheet = useShortcutSheet((sheet) => sheet.open);
  if (state.kind !== 'signed_in') return null;
  const { operator } = state;
  const showShortcuts = () => {
    close();
    openSheet();
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
            aria-hidden
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
            {operator.name && `${operator.email} · `}
            {t(`roles.${operator.role}`)}
          </Text>
        </Stack>
        <Divider my={4} />
        <Stack gap="sm" px="sm" py={6}>
          {choices.map(({ id, label, value, options, choose }) => (
            <Choice key={id} label={label}>
              <SegmentedControl
                fullWidth
                size="xs"
                aria-label={label}
                value={value}
                onChange={choose}
                data={[...options]}
              />
            </Choice>
          ))}
          <Switch
            size="xs"
            label={t('shortcutsOn')}
            checked={singleKeys}
            onChange={({ currentTarget }) => change({ singleKeys: currentTarget.checked })}
          />
        </Stack>
        <Divider my={4} />
        <Button
          {...ITEM}
          leftSection={<IconKeyboard size={16} />}
          rightSection={<Keys keys="?" />}
          onClick={showShortcuts}
        >
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
