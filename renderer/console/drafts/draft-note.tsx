import { Alert, Button, Group, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Draft } from './use-draft.ts';

/** Says that a form holds what was typed before, and offers to begin afresh. */
export function DraftNote({ draft }: { draft: Pick<Draft, 'isRestored' | 'reset'> }) {
  const { t } = useTranslation();
  if (!draft.isRestored) return null;
  return (
    <Alert color="gray" icon={<IconHistory size={18} />} p="xs" role="status">
      <Group justify="space-between" gap="xs">
        <Text size="sm">{t('draftRestored')}</Text>
        <Button size="compact-sm" variant="default" onClick={draft.reset}>
          {t('discard')}
        </Button>
      </Group>
    </Alert>
  );
}
