import { Button, FileButton, Group, Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Backup } from '../../../gateway/contract/backups.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { useSave } from '../ui/use-save.ts';
import { BACKUP_STALE } from './use-backups.ts';

/** Brings a backup from elsewhere into the list. It is looked at whole before it is kept. */
export function BackupUpload() {
  const { t } = useTranslation('settings');
  const saving = useSave({ stale: BACKUP_STALE });
  const bring = (file: File | null) => {
    if (!file) return;
    void saving.save<Backup>({
      path: '/api/admin/backups/upload',
      call: { method: 'POST', file },
      done: t('backups.brought', { name: file.name }),
    });
  };
  return (
    <>
      <Group gap="sm" mt="md">
        <FileButton onChange={bring}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconUpload size={16} />} loading={saving.busy}>
              {t('backups.bring')}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed" style={{ flex: '1 1 260px' }}>
          {t('backups.bringHint')}
        </Text>
      </Group>
      <FailureAlert failure={saving.failure} />
    </>
  );
}
