import { Alert, Button, Group, Modal, NumberInput, Select, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RANGES } from '../../../gateway/contract/bounds.ts';
import type { BulkAction, BulkAnswer, User } from '../../../gateway/contract/users.ts';
import { ApiFailure, isPassing } from '../api/http.ts';
import { useDepartments, usePlanNames, usePlans } from '../api/plans.ts';
import { type Change, useCommit } from '../api/use-commit.ts';
import { DraftNote } from '../drafts/draft-note.tsx';
import { useDraft } from '../drafts/use-draft.ts';
import { separatorsOf } from '../format/separators.ts';
import { useFormat } from '../format/use-format.ts';
import { useSafeguard } from '../safe-mode/use-safeguard.tsx';
import { useSession } from '../session/use-session.tsx';
import { explainFailure } from '../ui/explain-failure.ts';
import { atItsField, type FormOf } from '../ui/form.ts';
import { ReasonField } from '../ui/reason-field.tsx';
import { refusalWords } from '../ui/refusal-words.ts';
import { reasonRule, ruleWords, within, withinOrNone } from '../ui/rules.ts';
import { tellFailed } from '../ui/toasts.tsx';
import { useForm } from '../ui/use-form.ts';
import { useIsShown } from '../ui/use-is-shown.ts';
import type { BulkTarget } from './bulk-bar.tsx';
import { BulkFailures, tellBulkFailures } from './bulk-failures.tsx';
import { bulkUndoneWords, bulkWords } from './bulk-words.ts';
import { NO_DEPARTMENT } from './move-changes.ts';
import { nameOf } from './name-of.ts';
import { useMoveWords } from './use-move-words.ts';

interface BulkModalProps {
  target: BulkTarget;
  count: number;
  onClose(): void;
  onDone(): void;
}

const PATH = '/api/admin/users/bulk';
const LONGEST_REASON = 500;
const KINDS = ['plan', 'limit', 'department', 'tokens', 'suspend', 'block', 'activate'] as const;
type Kind = (typeof KINDS)[number];

type Values = {
  kind: Kind;
  plan: string;
  department: string;
  amount: number | '';
  reason: string;
};

function actionOf({ kind, plan, department, amount }: Values): BulkAction {
  switch (kind) {
    case 'plan':
      return { kind, plan };
    case 'limit':
      return { kind, monthlyLimit: amount === '' ? 'inherit' : amount };
    case 'department':
      return { kind, department: department === NO_DEPARTMENT ? null : department };
    case 'tokens':
      return { kind, amount: Number(amount) };
    default:
      return { kind };
  }
}

/** The input of what the API calls `action.monthlyLimit`. */
function fieldOf(path: string): string {
  const name = path.split('.').at(-1) ?? path;
  return name === 'monthlyLimit' ? 'amount' : name;
}

/** One action for many: chosen, looked at before and after for each of them, and only then done. */
export function BulkModal({ target, count, onClose, onDone }: BulkModalProps) {
  const { t } = useTranslation(['users', 'common', 'frame']);
  const { exact } = useFormat();
  const session = useSession();
  const [preview, setPreview] = useState<BulkAnswer | null>(null);
  const [isLooking, setLooking] = useState(false);
  const { commit, tell, isPending } = useCommit(['user', 'stats', 'audit']);
  const moveWords = useMoveWords();
  const isShown = useIsShown();
  const guard = useSafeguard('usersBulk');
  const form = useForm<Values>({
    initialValues: { kind: 'plan', plan: '', department: NO_DEPARTMENT, amount: '', reason: '' },
    validate: {
      plan: (value, { kind }) => (kind === 'plan' && value === '' ? ruleWords('not_offered') : null),
      amount: (value, { kind }) => {
        if (kind === 'limit') return withinOrNone(RANGES.tokens)(value);
        if (kind !== 'tokens') return null;
        return value === 0 ? t('amountNeeded') : within(RANGES.move, () => t('amountNeeded'))(value);
      },
      reason: reasonRule(true),
    },
    onValuesChange: () => setPreview(null),
  });

  const draft = useDraft('bulk', form);
  const showAtField = atItsField(form, fieldOf);
  const isAtField = (error: unknown) =>
    error instanceof ApiFailure && error.field !== null && showAtField(error.field, refusalWords(error));

  const bodyOf = (values: Values) => ({ ...target, action: actionOf(values), reason: values.reason.trim() });
  const look = async (values: Values) => {
    setLooking(true);
    try {
      const body = { ...bodyOf(values), preview: true };
      setPreview(await session.call<BulkAnswer>(PATH, { method: 'POST', body }));
    } catch (error) {
      if (!isAtField(error)) tellFailed(explainFailure(error));
    } finally {
      setLooking(false);
    }
  };
  /** Not where a password is asked for: that would have to be asked for again. */
  const takeBack = (values: Values, { undo: steps }: BulkAnswer) => {
    if (steps.length === 0 || guard.asksPassword) return undefined;
    const reason = t('undoReason', { reason: values.reason.trim() }).slice(0, LONGEST_REASON);
    return {
      path: `${PATH}/undo`,
      call: { method: 'POST', body: { steps, undoes: actionOf(values), reason } },
      done: (answer: BulkAnswer) => bulkUndoneWords(answer, moveWords),
      onDone: (answer: unknown) => tellBulkFailures((answer as BulkAnswer).failures),
    } as const;
  };
  const submit = form.onSubmit(async (values) => {
    if (!preview) return look(values);
    const proof = await guard.prove();
    if (!proof) return;
    const change: Change = {
      path: PATH,
      call: { method: 'POST', body: { ...bodyOf(values), preview: false, selection: preview.selection }, ...proof },
      done: (answer: BulkAnswer) => bulkWords(actionOf(values), answer, moveWords),
      undo: (answer: BulkAnswer) => takeBack(values, answer),
      onDone(answer) {
        draft.drop();
        tellBulkFailures((answer as BulkAnswer).failures);
        if (isShown.current) onDone();
      },
    };
    try {
      await commit(change);
    } catch (error) {
      // Looked at again before it is done, unless the same may be tried again.
      if (!isPassing(error)) setPreview(null);
      if (isAtField(error)) return;
      if (error instanceof ApiFailure && error.status === 409)
        tellFailed({ title: t('bulk.changed'), next: refusalWords(error) });
      else tell(error, change);
    }
  });

  const cancel = () => {
    draft.drop();
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t('bulk.selected', { count, formatted: exact(count) })} size="lg">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <DraftNote draft={draft} />
          <Select
            label={t('bulk.what')}
            data={KINDS.map((value) => ({ value, label: t(`bulk.kinds.${value}`) }))}
            data-autofocus
            {...form.getInputProps('kind')}
          />
          <ActionFields form={form} />
          <ReasonField required {...form.getInputProps('reason')} />
          {preview && <Preview answer={preview} kind={form.values.kind} />}
          {preview && guard.field}
          <Group justify="flex-end">
            <Button variant="default" onClick={cancel}>
              {t('common:cancel')}
            </Button>
            <Button type="submit" loading={isLooking || isPending} disabled={preview?.changed === 0}>
              {preview
                ? t(`bulk.commit.${form.values.kind}`, { count: preview.changed, formatted: exact(preview.changed) })
                : t('bulk.preview')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function ActionFields({ form }: { form: FormOf<Values> }) {
  const { t, i18n } = useTranslation(['users', 'common']);
  const plans = usePlans().data?.items ?? [];
  const departments = useDepartments().data?.items ?? [];
  switch (form.values.kind) {
    case 'plan':
      return (
        <Select
          label={t('plan')}
          data={plans.map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps('plan')}
        />
      );
    case 'department':
      return (
        <Select
          label={t('department')}
          data={[
            { value: NO_DEPARTMENT, label: t('common:none') },
            ...departments.filter(({ id }) => id !== 'team').map(({ id, name }) => ({ value: id, label: name })),
          ]}
          {...form.getInputProps('department')}
        />
      );
    case 'limit':
      return (
        <NumberInput
          label={t('limit')}
          placeholder={t('limitModes.inherit')}
          {...separatorsOf(i18n.language)}
          allowDecimal={false}
          allowNegative={false}
          step={100_000}
          {...form.getInputProps('amount')}
        />
      );
    case 'tokens':
      return (
        <NumberInput
          label={t('amount')}
          description={t('amountHint')}
          {...separatorsOf(i18n.language)}
          allowDecimal={false}
          step={100_000}
          {...form.getInputProps('amount')}
        />
      );
    default:
      return null;
  }
}

const SHOWN = 8;

function Preview({ answer, kind }: { answer: BulkAnswer; kind: Kind }) {
  const { t } = useTranslation(['users', 'common']);
  const { exact } = useFormat();
  const planNames = usePlanNames();
  const say = (value: string | number | null): string => {
    if (typeof value === 'number') return exact(value);
    if (value === null) return kind === 'limit' ? t('common:noLimit') : t('common:none');
    if (kind === 'suspend' || kind === 'block' || kind === 'activate') return t(`statuses.${value as User['status']}`);
    return kind === 'plan' ? (planNames.get(value) ?? value) : value;
  };
  if (answer.changed === 0 && answer.failures.length === 0) return <Alert>{t('bulk.nothing')}</Alert>;
  const rest = answer.changed - Math.min(answer.changes.length, SHOWN);
  return (
    <Stack gap="xs" role="status">
      <Text fw={600}>{t('bulk.previewTitle')}</Text>
      <Text size="sm">
        {t('bulk.changes', { count: answer.changed, formatted: exact(answer.changed), matched: exact(answer.matched) })}
      </Text>
      <Table>
        <Table.Tbody>
          {answer.changes.slice(0, SHOWN).map((change) => (
            <Table.Tr key={change.id}>
              <Table.Td>{nameOf(change)}</Table.Td>
              <Table.Td ta="right">
                {say(change.before)}
                {' → '}
                <b>{say(change.after)}</b>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {rest > 0 && (
        <Text size="sm" c="dimmed">
          {t('bulk.more', { count: rest, formatted: exact(rest) })}
        </Text>
      )}
      <BulkFailures failures={answer.failures} />
    </Stack>
  );
}
