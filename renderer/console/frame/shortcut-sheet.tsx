import { Group, Kbd, Modal, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
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
  const shortcuts = useShortcutRegistry((registry) => registry.shortcuts);
  const groups = Map.groupBy(shortcuts, ({ group }) => group);
  return (
    <Modal opened={shown} onClose={close} title={t('shortcuts')}>
      <Stack gap="lg">
        <Row label={t('shortcutNames.palette')} keys={/mac/i.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K'} />
        {[...groups].map(([group, rows]) => (
          <Stack key={group} gap={6}>
            <Title order={3}>{group}</Title>
            {rows.map(({ keys, label }) => (
              <Row key={keys} keys={keys} label={label} />
            ))}
          </Stack>
        ))}
      </Stack>
    </Modal>
  );
}

const ARROWS: Readonly<Record<string, string>> = { ArrowLeft: '←', ArrowRight: '→' };

function Row({ keys, label }: { keys: string; label: string }) {
  return (
    <Group justify="space-between">
      <Text>{label}</Text>
      <Group gap={4}>
        {keys.split(' ').map((key) => (
          <Kbd key={key}>{ARROWS[key] ?? key}</Kbd>
        ))}
      </Group>
    </Group>
  );
}
