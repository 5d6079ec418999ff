import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureAlert } from './failure-alert.tsx';
import { ReasonField } from './reason-field.tsx';
import { type Save, useSave } from './use-save.ts';

interface RemovalProps {
  /** On the button, and as the question's title. */
  label: string;
  /** What is lost with it. */
  text: string;
  /** To be typed first: for what cannot be had back. */
  typed?: string;
  asksReason?: boolean;
  stale: readonly string[];
  save(reason: string): Save;
  onDone?(): void;
  size?: string;
}

/** A button that removes something, after a question. */
export function Removal({ label, text, typed, asksReason = false, stale, save, onDone, size = 'sm' }: RemovalProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const [word, setWord] = useState('');
  const [reason, setReason] = useState('');
  const saving = useSave({ stale });

  const close = () => {
    setAsked(false);
    setWord('');
    saving.clearFailure();
  };
  const remove = async () => {
    if ((await saving.save(save(reason.trim()))) === undefined) return;
    close();
    onDone?.();
  };
  return (
    <>
      <Button variant="subtle" color="red" size={size} onClick={() => setAsked(true)}>
        {label}
      </Button>
      <Modal opened={asked} onClose={close} title={label} withCloseButton={false} zIndex={400}>
        <Stack gap="sm">
          <FailureAlert failure={saving.failure} />
          <Text>{text}</Text>
          {typed !== undefined && (
            <TextInput
              label={t('typeToConfirm', { text: typed })}
              value={word}
              onChange={({ currentTarget }) => setWord(currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          {asksReason && (
            <ReasonField value={reason} onChange={({ currentTarget }) => setReason(currentTarget.value)} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
            <Button
              color="red"
              loading={saving.busy}
              disabled={typed !== undefined && word !== typed}
              onClick={() => void remove()}
            >
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
