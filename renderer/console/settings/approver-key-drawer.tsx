import { Checkbox, Select, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LONGEST } from '../../../gateway/contract/bounds.ts';
import type { Operator } from '../../../gateway/contract/operators.ts';
import type { EnrolKey } from '../../../gateway/contract/packets.ts';
import { useDraft } from '../drafts/use-draft.ts';
import { Fingerprint } from '../ui/fingerprint.tsx';
import { atItsField } from '../ui/form.ts';
import { FormDrawer } from '../ui/form-drawer.tsx';
import { atMost } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';
import { useSave } from '../ui/use-save.ts';
import { PUBLIC_KEY, useFingerprint } from './use-fingerprint.ts';

interface ApproverKeyDrawerProps {
  operators: readonly Operator[];
  onClose(): void;
}

/** Enrols an approver's key, after its fingerprint was compared. */
export function ApproverKeyDrawer({ operators, onClose }: ApproverKeyDrawerProps) {
  const { t } = useTranslation(['settings', 'common']);
  const deciding = operators.filter(({ role, disabledAt }) => role !== 'viewer' && disabledAt === null);
  const form = useForm({
    initialValues: { operatorId: null as string | null, name: '', publicKey: '', compared: false },
    validate: {
      operatorId: (id) => (id === null ? t('common:needed') : null),
      name: atMost(LONGEST.name),
      publicKey: (key) => (PUBLIC_KEY.test(key.trim()) ? null : t('approverKeys.publicKeyWrong')),
      compared: (compared) => (compared ? null : t('approverKeys.compareFirst')),
    },
  });
  const publicKey = form.values.publicKey.trim();
  const fingerprint = useFingerprint(publicKey);
  const draft = useDraft('approver-key', form, ['compared']);
  const saving = useSave({
    draft,
    stale: ['approver-keys', 'audit'],
    // What the fingerprint is compared with is the key.
    onField: atItsField(form, (field) => (field === 'fingerprint' ? 'publicKey' : field)),
  });
  const submit = form.onSubmit(async ({ operatorId, name }) => {
    if (operatorId === null || fingerprint === null) return;
    const named = name.trim() === '' ? {} : { name: name.trim() };
    const body: Omit<EnrolKey, 'name'> & { name?: string } = { operatorId, publicKey, fingerprint, ...named };
    const call = { method: 'POST', body } as const;
    const done = t('approverKeys.enrolled');
    if ((await saving.save({ path: '/api/admin/packets/keys', call, done })) !== undefined) onClose();
  });
  return (
    <FormDrawer
      title={t('approverKeys.add')}
      onClose={onClose}
      isDirty={() => !saving.isDone() && form.isDirty()}
      isEdit={false}
      draft={draft}
      onSubmit={submit}
      busy={saving.busy}
      failure={saving.failure}
      submitLabel={t('approverKeys.enrol')}
    >
      <Text size="sm" c="dimmed">
        {t('approverKeys.addHint')}
      </Text>
      <Select
        label={t('approverKeys.operator')}
        data-autofocus
        data={deciding.map(({ id, name, email }) => ({
          value: id,
          label: name ? `${name} · ${email}` : email,
        }))}
        required
        {...form.getInputProps('operatorId')}
      />
      <TextInput
        label={t('approverKeys.name')}
        description={t('approverKeys.nameHint')}
        {...form.getInputProps('name')}
      />
      <TextInput
        label={t('approverKeys.publicKey')}
        autoComplete="off"
        spellCheck={false}
        required
        {...form.getInputProps('publicKey')}
        onChange={({ currentTarget }) => {
          // Whatever was compared, it was another key.
          form.setValues({ publicKey: currentTarget.value, compared: false });
          form.clearFieldError('publicKey');
        }}
      />
      {fingerprint !== null && (
        <div>
          <Text size="sm" fw={600} mb={4}>
            {t('approverKeys.fingerprint')}
          </Text>
          <Fingerprint value={fingerprint} />
        </div>
      )}
      <Checkbox
        label={t('approverKeys.compared')}
        disabled={fingerprint === null}
        {...form.getInputProps('compared', { type: 'checkbox' })}
      />
    </FormDrawer>
  );
}
