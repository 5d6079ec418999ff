import { SegmentedControl, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LONGEST, RANGES } from '../../../gateway/contract/bounds.ts';
import type { Department } from '../../../gateway/contract/departments.ts';
import { useDraft } from '../drafts/use-draft.ts';
import { useFormat } from '../format/use-format.ts';
import { useMay } from '../session/use-session.tsx';
import { atItsField } from '../ui/form.ts';
import { FormDrawer } from '../ui/form-drawer.tsx';
import { LimitField } from '../ui/limit-field.tsx';
import { MissingDrawer } from '../ui/missing-drawer.tsx';
import { ReasonField } from '../ui/reason-field.tsx';
import { Removal } from '../ui/removal.tsx';
import { reasonRule, USD, within, words } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';
import { useSave } from '../ui/use-save.ts';

interface DepartmentDrawerProps {
  department: Department | undefined;
  isNew: boolean;
  isTeam: boolean;
  onClose(): void;
}

interface Values extends Record<string, unknown> {
  name: string;
  capTokens: number | null | undefined;
  /** In US dollars. */
  capUsd: number | null | undefined;
  effect: 'stop' | 'show';
  reason: string;
}

const STALE = ['departments', 'stats', 'audit'];
const MICRO = 1_000_000;
const CENTS = 2;

/** The caps of a department or of the team. */
export function DepartmentDrawer({ department, isNew, isTeam, onClose }: DepartmentDrawerProps) {
  const { t } = useTranslation(['plans', 'common']);
  const { compact, usd } = useFormat();
  const may = useMay();
  const changesCaps = ({ capTokens, capUsd, effect }: Values) =>
    department !== undefined &&
    (capTokens !== department.capTokens ||
      microUsd(capUsd) !== department.capMicroUsd ||
      (effect === 'stop') !== department.stopAtCap);
  const form = useForm<Values>({
    initialValues: {
      name: department?.name ?? '',
      capTokens: department?.capTokens ?? null,
      capUsd: department === undefined || department.capMicroUsd === null ? null : department.capMicroUsd / MICRO,
      effect: (department?.stopAtCap ?? true) ? 'stop' : 'show',
      reason: '',
    },
    validateInputOnBlur: true,
    validate: {
      name: words(LONGEST.name),
      capTokens: within(RANGES.tokens, () => t('limitNeeded')),
      capUsd: within(USD, () => t('limitNeeded')),
      reason: (reason, values) => reasonRule(changesCaps(values))(reason),
    },
  });
  const draft = useDraft(`department/${department?.id ?? ''}`, form);
  const saving = useSave({
    draft,
    stale: STALE,
    onField: atItsField(form, (field) => (field === 'capMicroUsd' ? 'capUsd' : field)),
  });
  if (!department && !isNew) return <MissingDrawer onClose={onClose} />;

  const submit = form.onSubmit(async ({ name, capTokens, capUsd, effect, reason }) => {
    const shown = {
      ...(isTeam ? {} : { name: name.trim() }),
      capTokens,
      capMicroUsd: microUsd(capUsd),
      stopAtCap: effect === 'stop',
    };
    const body = { ...shown, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) };
    const path = department ? `/api/admin/departments/${department.id}` : '/api/admin/departments';
    const answer = await saving.save({
      path,
      call: { method: department ? 'PUT' : 'POST', body },
      expects: department && { in: ['departments'], id: department.id, fields: shown },
      done: t('departmentSaved', { name: isTeam ? t('team') : name.trim() }),
      undo: department && {
        path,
        call: {
          method: 'PUT',
          body: {
            ...(isTeam ? {} : { name: department.name }),
            capTokens: department.capTokens,
            capMicroUsd: department.capMicroUsd,
            stopAtCap: department.stopAtCap,
            reason: t('undoReason'),
          },
        },
      },
    });
    if (answer !== undefined) onClose();
  });
  const { capTokens, capUsd, effect } = form.values;
  const isReached =
    department !== undefined &&
    ((typeof capTokens === 'number' && department.usedTokens >= capTokens) ||
      (typeof capUsd === 'number' && department.usedMicroUsd >= capUsd * MICRO));
  return (
    <FormDrawer
      title={isTeam ? t('team') : (department?.name ?? t('newDepartment'))}
      onClose={onClose}
      isDirty={() => !saving.isDone() && form.isDirty()}
      isEdit={!isNew}
      draft={draft}
      onSubmit={submit}
      busy={saving.busy}
      failure={saving.failure}
      readOnly={!may('admin')}
      danger={
        department &&
        !isTeam &&
        department.users === 0 && (
          <Removal
            label={t('deleteDepartment')}
            danger="departmentDelete"
            text={t('deleteDepartmentText', { name: department.name })}
            stale={STALE}
            save={() => ({
              path: `/api/admin/departments/${department.id}`,
              call: { method: 'DELETE' },
              done: t('departmentDeleted', { name: department.name }),
            })}
            onDone={onClose}
          />
        )
      }
    >
      {!isTeam && (
        <TextInput label={t('name')} required data-autofocus={isNew || undefined} {...form.getInputProps('name')} />
      )}
      {department && (
        <Text size="sm" c="dimmed">
          {t('usedSoFar', { tokens: compact(department.usedTokens), cost: usd(department.usedMicroUsd) })}
        </Text>
      )}
      <LimitField
        label={t('capTokens')}
        none={t('noCap')}
        suffix={t('common:tokens')}
        {...form.getInputProps('capTokens')}
      />
      <LimitField
        label={t('capUsd')}
        none={t('noCap')}
        prefix="US$"
        decimals={CENTS}
        {...form.getInputProps('capUsd')}
      />
      <div>
        <Text size="sm" fw={600} mb={4}>
          {t('atCap')}
        </Text>
        <SegmentedControl
          aria-label={t('atCap')}
          data={[
            { value: 'stop', label: t('stops') },
            { value: 'show', label: t('onlyShows') },
          ]}
          {...form.getInputProps('effect')}
        />
      </div>
      {isReached && (
        <Text size="sm" c="var(--critical)" role="status">
          {t(effect === 'stop' ? 'reachedStops' : 'reachedShows')}
        </Text>
      )}
      {may('admin') && (
        <ReasonField
          description={t('reasonAudit')}
          required={changesCaps(form.values)}
          {...form.getInputProps('reason')}
        />
      )}
    </FormDrawer>
  );
}

function microUsd(usd: number | null | undefined): number | null {
  return typeof usd === 'number' ? Math.round(usd * MICRO) : null;
}
