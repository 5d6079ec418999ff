import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LONGEST } from '../../../gateway/contract/bounds.ts';
import type { User } from '../../../gateway/contract/users.ts';
import { DraftNote } from '../drafts/draft-note.tsx';
import { useDraft } from '../drafts/use-draft.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { atItsField } from '../ui/form.ts';
import { words } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';
import { useSave } from '../ui/use-save.ts';
import { nameOf } from './name-of.ts';

interface WriteModalProps {
  user: User;
  onClose(): void;
}

/** A mail to one user, by way of the outbox. */
export function WriteModal({ user, onClose }: WriteModalProps) {
  const { t } = useTranslation(['users', 'common']);
  const form = useForm({
    initialValues: { subject: '', body: '' },
    validate: {
      subject: words(LONGEST.subject, () => t('write.subjectNeeded')),
      body: words(LONGEST.mailBody, () => t('write.bodyNeeded')),
    },
  });
  const draft = useDraft(`message/${user.id}`, form);
  const { save, busy, failure } = useSave({
    draft,
    stale: ['mail', 'audit'],
    onField: atItsField(form),
  });
  const submit = form.onSubmit(async ({ subject, body }) => {
    const path = `/api/admin/users/${user.id}/message`;
    const done = t('write.done', { name: nameOf(user) });
    const answer = await save({
      path,
      call: { method: 'POST', body: { subject: subject.trim(), body: body.trim() } },
      done,
    });
    if (answer !== undefined) onClose();
  });

  const cancel = () => {
    draft.drop();
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t('write.title')} size="lg">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <DraftNote draft={draft} />
          <FailureAlert failure={failure} />
          <Text size="sm" c="dimmed">
            {t('write.hint', { email: user.email ?? '' })}
          </Text>
          <TextInput label={t('write.subject')} required data-autofocus {...form.getInputProps('subject')} />
          <Textarea
            label={t('write.body')}
            autosize
            minRows={6}
            maxRows={16}
            required
            {...form.getInputProps('body')}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={cancel}>
              {t('common:cancel')}
            </Button>
            <Button type="submit" loading={busy}>
              {t('write.send')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
