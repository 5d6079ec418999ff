import { Button, Group, Kbd, Modal, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { usePreferences } from '../preferences.ts';
import { keyNames } from './keys.tsx';
import { useShortcutRegistry } from './shortcuts.ts';

interface Sheet {
  shown: boolean;
  open(): void;
  close(): void;
}

export const useShortcutSheet = create<Sheet>()((set) => ({
  shown: false,
  open: () => set({ shown: true }),
  close: () => set({ shown: false }),
}));

/** All keys that do something here and now. */
export function ShortcutSheet() {
  const { t } = useTranslation('frame');
  const { shown, close } = useShortcutSheet();
  const { singleKeys, change } = usePreferences();
  const entries = useShortcutRegistry((registry) => registry.entries);
  // The same keys may be offered twice: those of the frame, and what a screen puts in their place.
  const byKeys = new Map(entries.flatMap((entry) => (entry.keys === undefined ? [] : [[entry.keys, entry]])));
  const groups = Map.groupBy(byKeys.entries(), ([, { group }]) => group);
  return (
    <Modal opened={shown} onClose={close} title={t('shortcuts')}>
      <Stack gap="lg">
        {!singleKeys && (
          <Group justify="space-between" wrap="nowrap" role="status">
            <Text size="sm">{t('shortcutsOffText')}</Text>
            <Button variant="default" size="xs" onClick={() => change({ singleKeys: true })}>
              {t('shortcutsTurnOn')}
            </Button>
          </Group>
        )}
        {[...groups].map(([group, rows]) => (
          <Stack key={group} gap={6}>
            <Title order={3}>{group}</Title>
            {rows.map(([keys, { label }]) => (
              <Row
                key={keys}
                keys={keys}
                label={label}
                isOff={!singleKeys && keys.split(' ').some(({ length }) => length === 1)}
              />
            ))}
          </Stack>
        ))}
      </Stack>
    </Modal>
  );
}

function Row({ keys, label, isOff }: { keys: string; label: string; isOff: boolean }) {
  return (
    <Group justify="space-between" wrap="nowrap" data-keys={keys}>
      <Text td={isOff ? 'line-through' : 'none'}>{label}</Text>
      <Group gap={4} wrap="nowrap">
        {keyNames(keys).map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </Group>
    </Group>
  );
}
