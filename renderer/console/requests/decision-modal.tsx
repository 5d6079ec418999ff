import { Button, Group, Modal, NumberInput, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../../gateway/contract/tickets.ts';
import { ApiFailure } from '../api/http.ts';
import { useChange } from '../api/use-change.ts';
import { DraftNote } from '../drafts/draft-note.tsx';
import { useDraft } from '../drafts/use-draft.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { useIsShown } from '../ui/use-is-shown.ts';
import { type DecisionName, decided } from './decided.ts';

interface DecisionModalProps {
  decision: DecisionName;
  ticket: Ticket;
  onClose(): void;
  onDecided(): void;
}

/** A decision that needs words or another amount. */
export function DecisionModal({ decision, ticket, onClose, onDecided }: DecisionModalProps) {
  const { t } = useTranslation(['requests', 'common']);
  const change = useChange(['tickets', 'user', 'stats', 'alerts', 'audit']);
  const isShown = useIsShown();
  const isApproval = decision === 'approve';
  const form = useForm({
    initialValues: { amount: ticket.amount ?? ('' as number | ''), text: '', method: '', paid: '' as number | '' },
    validate: {
      amount: (value) => (isApproval && (value === '' || value < 1) ? t('amount') : null),
      text: (value) => (!isApproval && value.trim() === '' ? t('messageNeeded') : null),
    },
  });

  const draft = useDraft(`decision/${decision}/${ticket.id}`, form);

  const bodyOf = ({ amount, text, method, paid }: typeof form.values): object => {
    const words = text.trim();
    switch (decision) {
      case 'approve':
        return {
          amount: Number(amount),
          ...(words === '' ? {} : { note: words }),
          ...(method.trim() === ''
            ? {}
            : { payment: { method: method.trim(), ...(paid === '' ? {} : { amount: paid }) } }),
        };
      case 'reject':
        return { reason: words };
      default:
        return { message: words };
    }
  };
  const submit = form.onSubmit(async (values) => {
    const canUndo = decision === 'approve' || decision === 'reject';
    try {
      await change.mutateAsync({
        path: `/api/admin/requests/${ticket.id}/${decision}`,
        call: { method: 'POST', body: bodyOf(values) },
        expects: decided(ticket, decision),
        done: t(`done.${decision}`, { ticket: ticket.ticket }),
        undo: canUndo ? { path: `/api/admin/requests/${ticket.id}/undo`, call: { method: 'POST' } } : undefined,
        onDone() {
          draft.drop();
          if (!isShown.current) return;
          onClose();
          onDecided();
        },
      });
    } catch (error) {
      if (error instanceof ApiFailure && error.field !== null) {
        form.setFieldError(error.field === 'amount' ? 'amount' : 'text', refusalWords(error));
      }
    }
  });
  const cancel = () => {
    draft.drop();
    onClose();
  };
  const title = { approve: t('approveOther'), reject: t('reject'), ask: t('askBack'), answer: t('answer') }[decision];

  return (
    <Modal opened onClose={onClose} title={`${title} · ${ticket.ticket}`}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <DraftNote draft={draft} />
          {isApproval && (
            <NumberInput
              label={t('amount')}
              thousandSeparator
              allowDecimal={false}
              allowNegative={false}
              step={100_000}
              data-autofocus
              {...form.getInputProps('amount')}
            />
          )}
          <Textarea
            label={isApproval ? t('note') : decision === 'reject' ? t('rejectReason') : t('message')}
            description={t('noteHint')}
            autosize
            minRows={3}
            maxLength={decision === 'reject' ? 500 : 2_000}
            data-autofocus={!isApproval || undefined}
            {...form.getInputProps('text')}
          />
          {isApproval && (
            <Group grow>
              <TextInput label={t('method')} placeholder={t('common:optional')} {...form.getInputProps('method')} />
              <NumberInput
                label={t('paid')}
                placeholder={t('common:optional')}
                min={0}
                {...form.getInputProps('paid')}
              />
            </Group>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={cancel}>
              {t('common:cancel')}
            </Button>
            <Button type="submit" loading={change.isPending}>
              {title}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
