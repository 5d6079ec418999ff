import { Alert, Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User, UserProfile } from '../../../gateway/contract/users.ts';
import { ApiFailure } from '../api/http.ts';
import { useChange } from '../api/use-change.ts';
import { DraftNote } from '../drafts/draft-note.tsx';
import { useDraft } from '../drafts/use-draft.ts';
import { useSession } from '../session/use-session.tsx';
import { refusalWords } from '../ui/refusal-words.ts';
import { useIsShown } from '../ui/use-is-shown.ts';
import { changeFor, type MoveName, type MoveValues, NO_DEPARTMENT } from './move-changes.ts';
import { MoveFields } from './move-fields.tsx';

export type { MoveName } from './move-changes.ts';

interface MoveModalProps {
  move: MoveName;
  user: User;
  onClose(): void;
  onDeleted(): void;
}

const NEEDS_NO_REASON: readonly MoveName[] = ['activate', 'edit'];
const FIELDS: Record<string, keyof MoveValues> = { monthlyLimit: 'limit', amount: 'amount', email: 'email' };

/** One move: what changes, why, and what it comes to before it is done. */
export function MoveModal({ move, user, onClose, onDeleted }: MoveModalProps) {
  const { t } = useTranslation(['users', 'common']);
  const session = useSession();
  const change = useChange(['user', 'stats', 'audit']);
  const isShown = useIsShown();
  const { data: profile } = useQuery({
    queryKey: ['user', 'profile', user.id],
    queryFn: ({ signal }) => session.call<UserProfile>(`/api/admin/users/${user.id}/profile`, { signal }),
  });
  const form = useForm<MoveValues>({
    initialValues: {
      amount: '',
      kind: 'grant',
      limitMode: user.monthlyLimit === null ? 'unlimited' : 'tokens',
      limit: user.monthlyLimit ?? '',
      plan: user.plan,
      department: user.department ?? NO_DEPARTMENT,
      name: user.name,
      email: user.email ?? '',
      until: '',
      reason: '',
    },
    validate: {
      amount: (value) => (move === 'tokens' && !(Number(value) !== 0 && value !== '') ? t('amountNeeded') : null),
      limit: (value, { limitMode }) =>
        move === 'limit' && limitMode === 'tokens' && value === '' ? t('limitNeeded') : null,
      reason: (value) => (!NEEDS_NO_REASON.includes(move) && value.trim() === '' ? t('common:reasonNeeded') : null),
    },
  });
  const draft = useDraft(`move/${move}/${user.id}`, form);
  const [typed, setTyped] = useState('');
  const mustType = move === 'delete' ? (user.email ?? user.id) : null;

  const submit = form.onSubmit(async (values) => {
    try {
      const context = { user, ownLimit: profile?.ownLimit ?? 'inherit', t };
      await change.mutateAsync({
        ...changeFor(move, { ...values, reason: values.reason.trim() }, context),
        onDone() {
          draft.drop();
          if (!isShown.current) return;
          onClose();
          if (move === 'delete') onDeleted();
        },
      });
    } catch (error) {
      if (error instanceof ApiFailure && error.field !== null) {
        form.setFieldError(FIELDS[error.field] ?? error.field, refusalWords(error));
      }
    }
  });

  const cancel = () => {
    draft.drop();
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t(`moves.${move}`)}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {user.name || user.email || user.id}
          </Text>
          <DraftNote draft={draft} />
          <MoveFields move={move} form={form} user={user} />
          {mustType !== null && (
            <>
              <Alert color="red">{t('deleteWarning')}</Alert>
              <TextInput
                label={t('deleteType', { text: mustType })}
                value={typed}
                onChange={({ currentTarget }) => setTyped(currentTarget.value)}
              />
            </>
          )}
          <Textarea
            label={t('common:reason')}
            description={t('common:reasonHint')}
            autosize
            minRows={2}
            maxLength={500}
            required={!NEEDS_NO_REASON.includes(move)}
            {...form.getInputProps('reason')}
          />
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={cancel}>
              {t('common:cancel')}
            </Button>
            <Button
              type="submit"
              loading={change.isPending}
              disabled={mustType !== null && typed !== mustType}
              {...(move === 'delete' ? { color: 'red' } : {})}
            >
              {t(`moves.${move}`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
