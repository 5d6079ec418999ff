import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DangerName } from '../safe-mode/dangers.ts';
import { useSafeguard, withProof } from '../safe-mode/use-safeguard.tsx';
import { FailureAlert } from './failure-alert.tsx';
import { atItsField } from './form.ts';
import { ReasonField } from './reason-field.tsx';
import { reasonRule } from './rules.ts';
import { useForm } from './use-form.ts';
import { type Save, useSave } from './use-save.ts';

interface RemovalProps {
  /** On the button, and as the question's title. */
  label: string;
  /** What is lost with it. */
  text: string;
  /** What of the list of dangers it is. */
  danger: DangerName;
  asksReason?: boolean;
  stale: readonly string[];
  save(reason: string): Save;
  onDone?(): void;
  size?: string;
}

/** A button that removes something, after a question. */
export function Removal({ label, text, danger, asksReason = false, stale, save, onDone, size = 'sm' }: RemovalProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const form = useForm({ initialValues: { reason: '' }, validate: { reason: reasonRule(false) } });
  const saving = useSave({ stale, onField: atItsField(form) });
  const guard = useSafeguard(danger);

  const close = () => {
    setAsked(false);
    saving.clearFailure();
  };
  const remove = form.onSubmit(async ({ reason }) => {
    const proof = await guard.prove();
    if (!proof) return;
    if ((await saving.save(withProof(save(reason.trim()), proof))) === undefined) return;
    close();
    form.reset();
    onDone?.();
  });
  return (
    <>
      <Button variant="subtle" color="red" size={size} onClick={() => setAsked(true)}>
        {label}
      </Button>
      <Modal opened={asked} onClose={close} title={label} withCloseButton={false} zIndex={400}>
        <form
          onSubmit={(event) => {
            // Of the question alone, not of the form that it stands in.
            event.stopPropagation();
            remove(event);
          }}
          noValidate
        >
          <Stack gap="sm">
            <FailureAlert failure={saving.failure} />
            <Text>{text}</Text>
            {asksReason && <ReasonField {...form.getInputProps('reason')} />}
            {guard.field}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t('cancel')}
              </Button>
              <Button type="submit" color="red" loading={saving.busy}>
                {label}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
