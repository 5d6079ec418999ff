import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { SafeMode } from '../../../gateway/contract/operators.ts';
import { useSafeguard } from './use-safeguard.tsx';

interface LowerModalProps {
  to: SafeMode;
  onClose(): void;
  onProven(): void;
}

/** Asks for the password a last time, before it is asked for no more: whoever finds the page open cannot do that. */
export function LowerModal({ to, onClose, onProven }: LowerModalProps) {
  const { t } = useTranslation(['frame', 'common']);
  const guard = useSafeguard('safeModeLower');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await guard.prove())) return;
    onProven();
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t('safeMode.lowerTitle')} withCloseButton={false}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm">
          <Text>{t('safeMode.lowerText', { level: t(`safeMode.levels.${to}`) })}</Text>
          {guard.field}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:cancel')}
            </Button>
            <Button type="submit">{t('safeMode.lower')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
