import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LONGEST, RANGES } from '../../../gateway/contract/bounds.ts';
import type { User } from '../../../gateway/contract/users.ts';
import { useChange } from '../api/use-change.ts';
import { DraftNote } from '../drafts/draft-note.tsx';
import { useDraft } from '../drafts/use-draft.ts';
import { useFormat } from '../format/use-format.ts';
import { useSafeguard, withProof } from '../safe-mode/use-safeguard.tsx';
import { atItsField } from '../ui/form.ts';
import { ReasonField } from '../ui/reason-field.tsx';
import { atMost, reasonRule, ruleWords, typedDay, within, words } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';
import { useIsShown } from '../ui/use-is-shown.ts';
import { changeFor, DANGER_OF, type MoveName, type MoveValues, moveValues, STALE_OF_MOVE } from './move-changes.ts';
import { MoveFields } from './move-fields.tsx';
import { nameOf } from './name-of.ts';
import { isHuge } from './plan-outcome.ts';
import { useMoveWords } from './use-move-words.ts';
import { useUserProfile } from './use-user-profile.ts';

interface MoveModalProps {
  move: MoveName;
  user: User;
  onClose(): void;
  onDeleted(): void;
}

const NEEDS_NO_REASON: readonly MoveName[] = ['activate', 'edit'];
const FIELDS: Record<string, keyof MoveValues> = { monthlyLimit: 'limit' };

/** One move: what changes, why, and what it comes to before it is done. */
export function MoveModal({ move, user, onClose, onDeleted }: MoveModalProps) {
  const { t } = useTranslation(['users', 'common']);
  const { compact, exact } = useFormat();
  const moveWords = useMoveWords();
  const isShown = useIsShown();
  const guard = useSafeguard(DANGER_OF[move] ?? null);
  const profile = useUserProfile(user.id);
  /** The amount that was asked about once more. */
  const [asked, setAsked] = useState<number | null>(null);
  const form = useForm<MoveValues>({
    initialValues: moveValues(user),
    validate: {
      amount: (value) => {
        if (move !== 'tokens') return null;
        return value === 0 ? t('amountNeeded') : within(RANGES.move, () => t('amountNeeded'))(value);
      },
      limit: (value, { limitMode }) =>
        move === 'limit' && limitMode === 'tokens' ? within(RANGES.tokens, () => t('limitNeeded'))(value) : null,
      name: (value) => (move === 'edit' ? atMost(LONGEST.name)(value) : null),
      email: (value) => (move === 'edit' && user.email !== null ? words(LONGEST.userEmail)(value) : null),
      until: (value) => (move === 'suspend' ? futureDay(value) : null),
      reason: reasonRule(!NEEDS_NO_REASON.includes(move)),
    },
  });
  const change = useChange(
    STALE_OF_MOVE,
    atItsField(form, (field) => FIELDS[field] ?? field),
  );
  const draft = useDraft(`move/${move}/${user.id}`, form);

  const amount = move === 'tokens' ? Number(form.values.amount) : 0;
  const submit = form.onSubmit(async (values) => {
    if (isHuge(amount, user) && asked !== amount) return setAsked(amount);
    const proof = await guard.prove();
    if (!proof) return;
    try {
      const { ownLimit = 'inherit', suspendedUntil = null } = profile ?? {};
      const context = { user, ownLimit, suspendedUntil, words: moveWords };
      await change.mutateAsync({
        ...withProof(changeFor(move, { ...values, reason: values.reason.trim() }, context), proof),
        onDone() {
          draft.drop();
          if (!isShown.current) return;
          onClose();
          if (move === 'delete') onDeleted();
        },
      });
    } catch {
      // It stands at its field, or in a toast.
    }
  });

  const cancel = () => {
    draft.drop();
    onClose();
  };
  const moved = { amount: compact(Math.abs(amount)) };
  const label =
    move === 'edit'
      ? t('common:save')
      : amount > 0
        ? t('grantAmount', moved)
        : amount < 0
          ? t('takeAmount', moved)
          : t(`moves.${move}`);
  return (
    <Modal opened onClose={onClose} title={t(`moves.${move}`)}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {nameOf(user)}
          </Text>
          <DraftNote draft={draft} />
          <MoveFields move={move} form={form} user={user} />
          {move === 'delete' && <Alert color="red">{t('deleteWarning')}</Alert>}
          <ReasonField required={!NEEDS_NO_REASON.includes(move)} {...form.getInputProps('reason')} />
          {amount !== 0 && asked === amount && (
            <Alert color="yellow" role="alert">
              {t('hugeAmount', { amount: exact(Math.abs(amount)) })}
            </Alert>
          )}
          {guard.field}
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={cancel}>
              {t('common:cancel')}
            </Button>
            <Button type="submit" loading={change.isPending} {...(move === 'delete' ? { color: 'red' } : {})}>
              {label}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Not over yet, wherever its days are counted. */
function futureDay(day: string): string | null {
  const isPast = Date.parse(`${day}T23:59:59-12:00`) <= Date.now();
  return typedDay(day) ?? (isPast ? ruleWords('in_the_future') : null);
}
