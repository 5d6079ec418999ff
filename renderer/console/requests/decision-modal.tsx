import { Button, Group, Modal, NumberInput, Stack, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LONGEST, RANGES } from '../../../gateway/contract/bounds.ts';
import type { Ticket } from '../../../gateway/contract/tickets.ts';
import { useChange } from '../api/use-change.ts';
import { DraftNote } from '../drafts/draft-note.tsx';
import { useDraft } from '../drafts/use-draft.ts';
import { separatorsOf } from '../format/separators.ts';
import { useFormat } from '../format/use-format.ts';
import { atItsField } from '../ui/form.ts';
import { atMost, within, withinOrNone, words } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';
import { useIsShown } from '../ui/use-is-shown.ts';
import { type DecisionName, decided, decisionWords, STALE_OF_DECISION, undoOf } from './decided.ts';

interface DecisionModalProps {
  decision: DecisionName;
  ticket: Ticket;
  onClose(): void;
  onDecided(): void;
}

const FIELDS: Readonly<Record<string, string>> = {
  note: 'text',
  reason: 'text',
  message: 'text',
  'payment.method': 'method',
  'payment.amount': 'paid',
};

function fieldOf(path: string): string {
  return FIELDS[path] ?? path;
}

/** A decision that needs words or another amount. */
export function DecisionModal({ decision, ticket, onClose, onDecided }: DecisionModalProps) {
  const { t } = useTranslation(['requests', 'common']);
  const format = useFormat();
  const { compact, locale } = format;
  const isShown = useIsShown();
  const isApproval = decision === 'approve';
  const form = useForm({
    initialValues: { amount: ticket.amount ?? ('' as number | ''), text: '', method: '', paid: '' as number | '' },
    validate: {
      amount: (value) => (isApproval ? within(RANGES.grant)(value) : null),
      text: isApproval
        ? atMost(LONGEST.note)
        : words(decision === 'reject' ? LONGEST.reason : LONGEST.message, () => t('messageNeeded')),
      // An amount alone would not be kept.
      method: (value, { paid }) => (paid === '' ? atMost : words)(LONGEST.paymentMethod)(value),
      paid: withinOrNone(RANGES.paid),
    },
  });
  const change = useChange(STALE_OF_DECISION, atItsField(form, fieldOf));

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
        done: decisionWords(decision, t, format),
        undo: canUndo ? undoOf(ticket, t, format) : undefined,
        onDone() {
          draft.drop();
          if (!isShown.current) return;
          onClose();
          onDecided();
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
  const amount = Number(form.values.amount);
  const approveWords = t(ticket.kind === 'limit_change' ? 'approveLimit' : 'approve', { tokens: compact(amount) });
  const title = { approve: t('approveOther'), reject: t('reject'), ask: t('askBack'), answer: t('answer') }[decision];

  return (
    <Modal opened onClose={onClose} title={`${title} · ${ticket.ticket}`}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <DraftNote draft={draft} />
          {isApproval && (
            <NumberInput
              label={t('amount')}
              {...separatorsOf(locale)}
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
                {...separatorsOf(locale)}
                {...form.getInputProps('paid')}
              />
            </Group>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={cancel}>
              {t('common:cancel')}
            </Button>
            <Button type="submit" loading={change.isPending}>
              {isApproval ? approveWords : title}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
