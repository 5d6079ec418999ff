import { Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Backup } from '../../../gateway/contract/backups.ts';
import type { Job } from '../../../gateway/contract/jobs.ts';
import { useFormat } from '../format/use-format.ts';
import { useSafeguard } from '../safe-mode/use-safeguard.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { BACKUP_STALE } from './use-backups.ts';
import { useJobStart } from './use-job-start.ts';

/** Restores a backup, after a word that nobody types by a slip: what was done since is put aside. */
export function RestoreButton({ backup, disabled }: { backup: Backup; disabled: boolean }) {
  const { t } = useTranslation(['settings', 'common']);
  const { moment } = useFormat();
  const [asked, setAsked] = useState(false);
  const [word, setWord] = useState('');
  const start = useJobStart(BACKUP_STALE);
  const guard = useSafeguard('backupRestore');
  const wanted = t('backups.restoreWord');
  const close = () => {
    setAsked(false);
    setWord('');
    start.clearFailure();
  };
  const restore = async (event: FormEvent) => {
    event.preventDefault();
    const proof = await guard.prove();
    if (proof && (await start.begin(restorePath(backup.name), { withoutSecrets: false }, proof))) close();
  };
  return (
    <>
      <Button size="xs" variant="default" disabled={disabled} onClick={() => setAsked(true)}>
        {t('backups.restore')}
      </Button>
      <Modal opened={asked} onClose={close} title={t('backups.restoreTitle')} withCloseButton={false} zIndex={400}>
        <form onSubmit={(event) => void restore(event)} noValidate>
          <Stack gap="sm">
            <FailureAlert failure={start.failure} />
            <Text>{t('backups.restoreText', { when: moment(backup.createdAt) })}</Text>
            <List size="sm">
              <List.Item>{t('backups.restoreProof')}</List.Item>
              <List.Item>{t('backups.restoreAside')}</List.Item>
              <List.Item>{t('backups.restoreSignIn')}</List.Item>
            </List>
            <TextInput
              label={t('common:typeToConfirm', { text: wanted })}
              value={word}
              onChange={({ currentTarget }) => setWord(currentTarget.value)}
              autoComplete="off"
              data-autofocus
              data-path="word"
            />
            {guard.field}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t('common:cancel')}
              </Button>
              <Button type="submit" color="red" loading={start.busy} disabled={word !== wanted}>
                {t('backups.restore')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}

/** Beneath a restore that failed for want of the key: the way without it. */
export function RestoreWithoutSecrets({ job }: { job: Job }) {
  const { t } = useTranslation('settings');
  const start = useJobStart(BACKUP_STALE);
  const guard = useSafeguard('backupRestore');
  const { name } = job.params;
  if (job.kind !== 'restore' || job.error?.code !== 'backup_wrong_key' || typeof name !== 'string') return null;
  const begin = async () => {
    const proof = await guard.prove();
    if (proof) await start.begin(restorePath(name), { withoutSecrets: true }, proof);
  };
  return (
    <>
      {guard.field}
      <Button mt="xs" size="xs" variant="default" loading={start.busy} onClick={() => void begin()}>
        {t('backups.withoutSecrets')}
      </Button>
      <FailureAlert failure={start.failure} />
    </>
  );
}

function restorePath(name: string): string {
  return `/api/admin/backups/${encodeURIComponent(name)}/restore`;
}
