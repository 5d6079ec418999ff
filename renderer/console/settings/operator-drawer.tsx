import { Button, Group, Select, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LONGEST, PATTERNS } from '../../../gateway/contract/bounds.ts';
import type { Operator, OperatorChanges } from '../../../gateway/contract/operators.ts';
import { localeNames, locales } from '../../shared/i18n/locale.ts';
import { useDraft } from '../drafts/use-draft.ts';
import { useSafeguard } from '../safe-mode/use-safeguard.tsx';
import { atItsField } from '../ui/form.ts';
import { FormDrawer } from '../ui/form-drawer.tsx';
import { MissingDrawer } from '../ui/missing-drawer.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { Removal } from '../ui/removal.tsx';
import { atMost, formed, newPassword } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';
import { type Save, useSave } from '../ui/use-save.ts';

interface OperatorDrawerProps {
  operator: Operator | undefined;
  isNew: boolean;
  /** In which a new operator's mails are written, unless another is chosen. */
  teamLocale: string;
  onClose(): void;
}

interface Values extends Record<string, unknown> {
  email: string;
  name: string;
  role: Operator['role'];
  password: string;
  locale: string;
  disabled: boolean;
}

const STALE = ['operators', 'me', 'audit'];
const ROLES = ['owner', 'admin', 'approver', 'viewer'] as const;

/** An operator's form: role, password, and whether they may sign in. */
export function OperatorDrawer({ operator, isNew, teamLocale, onClose }: OperatorDrawerProps) {
  const { t } = useTranslation(['settings', 'common', 'frame']);
  const form = useForm<Values>({
    initialValues: {
      email: operator?.email ?? '',
      name: operator?.name ?? '',
      role: operator?.role ?? 'approver',
      password: '',
      locale: operator?.locale ?? teamLocale,
      disabled: (operator?.disabledAt ?? null) !== null,
    },
    validateInputOnBlur: true,
    validate: {
      email: formed(PATTERNS.operatorEmail, () => t('operators.emailNeeded'), LONGEST.operatorEmail),
      name: atMost(LONGEST.operatorName),
      password: (password) => (operator !== undefined && password === '' ? null : newPassword(password)),
    },
  });
  const draft = useDraft(`operator/${operator?.id ?? ''}`, form, ['password']);
  const saving = useSave({
    draft,
    stale: STALE,
    onField: atItsField(form),
  });
  const guard = useSafeguard('operatorLockOut');
  const { disabled, password } = form.values;
  const locksOut = operator !== undefined && ((disabled && operator.disabledAt === null) || password !== '');
  if (!operator && !isNew) return <MissingDrawer onClose={onClose} />;

  const submit = form.onSubmit(async ({ email, name, role, password, locale, disabled }) => {
    const shared = { email: email.trim(), name: name.trim(), role, locale: locale as 'en' | 'pt-BR' };
    const body: OperatorChanges = operator
      ? { ...shared, disabled, ...(password === '' ? {} : { password }) }
      : { ...shared, password };
    const proof = locksOut ? await guard.prove() : {};
    if (!proof) return;
    const answer = await saving.save({
      path: operator ? `/api/admin/operators/${operator.id}` : '/api/admin/operators',
      call: { method: operator ? 'PUT' : 'POST', body, ...proof },
      expects: operator && {
        in: ['operators'],
        id: operator.id,
        fields: { ...shared, disabledAt: disabled ? (operator.disabledAt ?? Date.now()) : null },
      },
      done: t('common:saved'),
    });
    if (answer !== undefined) onClose();
  });
  const endSessions = (): Save => ({
    path: `/api/admin/operators/${operator?.id}/sessions`,
    call: { method: 'DELETE' },
    done: t('operators.sessionsEnded'),
  });
  return (
    <FormDrawer
      title={operator ? operator.name || operator.email : t('operators.add')}
      onClose={onClose}
      isDirty={() => !saving.isDone() && form.isDirty()}
      isEdit={!isNew}
      draft={draft}
      hasSecret={() => form.values.password !== ''}
      onSubmit={submit}
      busy={saving.busy}
      failure={saving.failure}
      danger={
        operator && (
          <Removal
            label={t('operators.remove')}
            danger="operatorRemove"
            text={t('operators.removeText', { name: operator.email })}
            stale={STALE}
            save={() => ({
              path: `/api/admin/operators/${operator.id}`,
              call: { method: 'DELETE' },
              done: t('common:removed'),
            })}
            onDone={onClose}
          />
        )
      }
    >
      <TextInput
        label={t('operators.email')}
        type="email"
        required
        data-autofocus={isNew || undefined}
        {...form.getInputProps('email')}
      />
      <TextInput label={t('operators.name')} {...form.getInputProps('name')} />
      <Select
        label={t('operators.role')}
        description={t(`operators.roleHints.${form.values.role}`)}
        data={ROLES.map((value) => ({ value, label: t(`frame:roles.${value}`) }))}
        {...form.getInputProps('role')}
      />
      <Select
        label={t('operators.locale')}
        data={locales.map((value) => ({ value, label: localeNames[value] }))}
        {...form.getInputProps('locale')}
      />
      <PasswordField
        label={operator ? t('operators.newPassword') : t('operators.password')}
        description={operator ? t('operators.newPasswordHint') : t('account.passwordRule')}
        autoComplete="new-password"
        required={!operator}
        {...form.getInputProps('password')}
      />
      {operator && (
        <>
          <Switch
            label={t('operators.disable')}
            description={t('operators.disableHint')}
            {...form.getInputProps('disabled', { type: 'checkbox' })}
          />
          {locksOut && guard.field}
          <Group gap="xs">
            {guard.asksPassword ? (
              <Removal
                label={t('operators.endSessions')}
                danger="operatorLockOut"
                text={t('account.endSessionText')}
                size="xs"
                stale={STALE}
                save={endSessions}
              />
            ) : (
              <Button variant="default" size="xs" onClick={() => void saving.save(endSessions())}>
                {t('operators.endSessions')}
              </Button>
            )}
            {operator.totp && (
              <Removal
                label={t('operators.resetCodes')}
                danger="operatorLockOut"
                text={t('operators.resetCodesText', { name: operator.email })}
                size="xs"
                stale={STALE}
                save={() => ({
                  path: `/api/admin/operators/${operator.id}/totp`,
                  call: { method: 'DELETE' },
                  done: t('common:saved'),
                })}
              />
            )}
          </Group>
        </>
      )}
    </FormDrawer>
  );
}
