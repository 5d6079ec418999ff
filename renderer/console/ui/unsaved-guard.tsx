import { Button, Group, Modal, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

interface UnsavedGuardProps {
  isDirty(): boolean;
  /** Whether the end of the page would lose something: not what is kept as a draft. */
  isLost?: () => boolean;
  onDiscard?: () => void;
}

/** Asks before anything leaves a form with something typed in it: closing, the way back, another screen, the window. */
export function UnsavedGuard({ isDirty, isLost = isDirty, onDiscard }: UnsavedGuardProps) {
  const { t } = useTranslation();
  const blocker = useBlocker({ shouldBlockFn: isDirty, enableBeforeUnload: isLost, withResolver: true });
  const isBlocked = blocker.status === 'blocked';
  return (
    <Modal
      opened={isBlocked}
      onClose={() => blocker.reset?.()}
      title={t('discardTitle')}
      withCloseButton={false}
      zIndex={400}
    >
      <Text>{t('discardText')}</Text>
      <Group justify="flex-end" mt="md">
        <Button
          variant="default"
          onClick={() => {
            onDiscard?.();
            blocker.proceed?.();
          }}
        >
          {t('discard')}
        </Button>
        <Button onClick={() => blocker.reset?.()} data-autofocus>
          {t('keepEditing')}
        </Button>
      </Group>
    </Modal>
  );
}
