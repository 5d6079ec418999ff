import { Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Backup } from '../../../gateway/contract/backups.ts';
import { BACKUP_START } from '../../../gateway/contract/bounds.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { refusalWords } from '../ui/refusal-words.ts';
import { useSave } from '../ui/use-save.ts';
import { BACKUP_STALE } from './use-backups.ts';

/** Brings a backup from elsewhere into the list. It is looked at whole before it is kept. */
export function BackupUpload() {
  const { t } = useTranslation('settings');
  const saving = useSave({ stale: BACKUP_STALE });
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  // The same file can be chosen again, once it is mended or the network is back.
  const reset = useRef<() => void>(null);
  const bring = async (file: File | null) => {
    reset.current?.();
    if (!file) return;
    setName(file.name);
    saving.clearFailure();
    const code = await problemOf(file);
    setProblem(code && refusalWords({ code, message: '' }));
    if (code === null) {
      await saving.save<Backup>({
        path: '/api/admin/backups/upload',
        call: { method: 'POST', file },
        done: t('backups.brought', { name: file.name }),
      });
    }
    button.current?.focus();
  };
  const title = t('backups.notBrought', { name });
  const refusal = problem === null ? null : { title, next: problem, cause: null };
  const failure = saving.failure && {
    ...saving.failure,
    title,
    next: `${saving.failure.title} ${saving.failure.next}`,
  };
  return (
    <Stack gap="sm" mt="md">
      <Group gap="sm">
        <FileButton onChange={(file) => void bring(file)} resetRef={reset}>
          {(props) => (
            <Button
              {...props}
              ref={button}
              variant="default"
              leftSection={<IconUpload size={16} />}
              loading={saving.busy}
            >
              {t('backups.bring')}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed" style={{ flex: '1 1 260px' }}>
          {t('backups.bringHint')}
        </Text>
      </Group>
      <FailureAlert failure={refusal ?? failure} />
    </Stack>
  );
}

/** Whether a file is none of ours is seen at its beginning, before gigabytes of it are sent. */
async function problemOf(file: File): Promise<'backup_foreign' | 'backup_missing' | null> {
  try {
    const start = await file.slice(0, BACKUP_START.length).text();
    return start === BACKUP_START ? null : 'backup_foreign';
  } catch {
    return 'backup_missing';
  }
}
