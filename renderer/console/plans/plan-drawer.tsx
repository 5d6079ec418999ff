import { NumberInput, Switch, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { Plan } from '../../../gateway/contract/plans.ts';
import { useDraft } from '../drafts/use-draft.ts';
import { separatorsOf } from '../format/separators.ts';
import { useMay } from '../session/use-session.tsx';
import { FormDrawer } from '../ui/form-drawer.tsx';
import { LimitField } from '../ui/limit-field.tsx';
import { MissingDrawer } from '../ui/missing-drawer.tsx';
import { ReasonField } from '../ui/reason-field.tsx';
import { Removal } from '../ui/removal.tsx';
import { useSave } from '../ui/use-save.ts';
import {
  needsReason,
  type PlanValues,
  planBody,
  planField,
  planSeen,
  planUndo,
  planValues,
  thresholdsOf,
} from './plan-form.ts';
import { PlanReach } from './plan-reach.tsx';
import { useModelNames } from './use-model-terms.ts';

interface PlanDrawerProps {
  plan: Plan | undefined;
  isNew: boolean;
  onClose(): void;
}

const STALE = ['plans', 'user', 'stats', 'audit'];
const SLUG = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

/** A plan's form; without a plan, a new one's. */
export function PlanDrawer({ plan, isNew, onClose }: PlanDrawerProps) {
  const { t, i18n } = useTranslation(['plans', 'common']);
  const may = useMay();
  const modelNames = useModelNames();
  const form = useForm<PlanValues>({
    initialValues: planValues(plan),
    validateInputOnBlur: true,
    validate: {
      id: (id) => (isNew && !SLUG.test(id.trim()) ? t('idHint') : null),
      name: (name) => (!isNew && name.trim() === '' ? t('common:needed') : null),
      monthlyLimit: (limit) => (limit === undefined ? t('limitNeeded') : null),
      thresholds: (typed) => (typed.length === 0 || thresholdsOf(typed) === null ? t('thresholdsHint') : null),
      allowedModels: (models, { allowsAll }) => (!allowsAll && models.length === 0 ? t('modelsNeeded') : null),
      perMinute: (value) => (value === undefined || value === 0 ? t('atLeastOne') : null),
      concurrent: (value) => (value === undefined || value === 0 ? t('atLeastOne') : null),
      belowPercent: (value, { renews }) => (renews && !(Number(value) >= 1) ? t('atLeastOne') : null),
      renewTokens: (value, { renews }) => (renews && !(Number(value) >= 1) ? t('atLeastOne') : null),
      timesPerMonth: (value, { renews }) => (renews && !(Number(value) >= 1) ? t('atLeastOne') : null),
      answerHours: (value) => (Number(value) >= 1 ? null : t('atLeastOne')),
      reason: (reason, values) =>
        plan && needsReason(plan, values) && reason.trim() === '' ? t('common:reasonNeeded') : null,
    },
  });
  const draft = useDraft(`plan/${plan?.id ?? ''}`, form);
  const saving = useSave({
    draft,
    stale: STALE,
    onField(field, message) {
      const input = planField(field);
      if (!(input in form.values)) return false;
      form.setFieldError(input, message);
      return true;
    },
  });
  if (!plan && !isNew) return <MissingDrawer onClose={onClose} />;

  const submit = form.onSubmit(async (values) => {
    const body = planBody(values);
    const answer = plan
      ? await saving.save({
          path: `/api/admin/plans/${plan.id}`,
          call: { method: 'PUT', body },
          expects: { in: ['plans'], id: plan.id, fields: planSeen(body) },
          done: t('planSaved', { name: values.name.trim() }),
          undo: {
            path: `/api/admin/plans/${plan.id}`,
            call: { method: 'PUT', body: planUndo(plan, t('undoReason')) },
          },
        })
      : await saving.save({
          path: '/api/admin/plans',
          call: { method: 'POST', body: { ...body, id: values.id.trim(), name: body.name || values.id.trim() } },
          done: t('planMade', { name: body.name || values.id.trim() }),
        });
    if (answer !== undefined) onClose();
  });
  const { values } = form;
  const separators = separatorsOf(i18n.language);
  return (
    <FormDrawer
      title={plan ? plan.name : t('newPlan')}
      onClose={onClose}
      isDirty={() => !saving.isDone() && form.isDirty()}
      isEdit={!isNew}
      draft={draft}
      onSubmit={submit}
      busy={saving.busy}
      failure={saving.failure}
      readOnly={!may('admin')}
      danger={
        plan &&
        !plan.builtIn &&
        plan.users === 0 && (
          <Removal
            label={t('deletePlan')}
            text={t('deletePlanText', { name: plan.name })}
            stale={STALE}
            save={() => ({
              path: `/api/admin/plans/${plan.id}`,
              call: { method: 'DELETE' },
              done: t('planDeleted', { name: plan.name }),
            })}
            onDone={onClose}
          />
        )
      }
    >
      {isNew && <TextInput label={t('id')} description={t('idHint')} required {...form.getInputProps('id')} />}
      <TextInput label={t('name')} required={!isNew} {...form.getInputProps('name')} />
      <LimitField
        label={t('monthlyLimit')}
        description={t('monthlyLimitHint')}
        inherit={t('inherit')}
        suffix={t('common:tokens')}
        {...form.getInputProps('monthlyLimit')}
      />
      {plan && <PlanReach plan={plan} limit={values.monthlyLimit} />}
      <TagsInput
        label={t('thresholds')}
        description={t('thresholdsHint')}
        maxTags={5}
        splitChars={[',', ' ', ';']}
        {...form.getInputProps('thresholds')}
      />
      <LimitField label={t('perMinuteLong')} {...form.getInputProps('perMinute')} />
      <LimitField label={t('concurrentLong')} {...form.getInputProps('concurrent')} />
      <Switch label={t('allowsAll')} {...form.getInputProps('allowsAll', { type: 'checkbox' })} />
      {!values.allowsAll && (
        <TagsInput
          label={t('allowedModels')}
          description={t('patternHint')}
          data={modelNames}
          splitChars={[',', ' ']}
          {...form.getInputProps('allowedModels')}
        />
      )}
      <Switch
        label={t('renews')}
        description={t('renewsHint')}
        {...form.getInputProps('renews', { type: 'checkbox' })}
      />
      {values.renews && (
        <>
          <NumberInput
            label={t('belowPercent')}
            suffix=" %"
            min={1}
            max={99}
            allowDecimal={false}
            {...form.getInputProps('belowPercent')}
          />
          <NumberInput
            label={t('renewTokens')}
            min={1}
            allowDecimal={false}
            hideControls
            {...separators}
            {...form.getInputProps('renewTokens')}
          />
          <NumberInput
            label={t('timesPerMonth')}
            min={1}
            max={31}
            allowDecimal={false}
            {...form.getInputProps('timesPerMonth')}
          />
        </>
      )}
      <NumberInput
        label={t('answerHours')}
        description={t('answerHoursHint')}
        min={1}
        allowDecimal={false}
        {...form.getInputProps('answerHours')}
      />
      {may('admin') && (
        <ReasonField
          description={t('reasonAudit')}
          required={plan !== undefined && needsReason(plan, values)}
          {...form.getInputProps('reason')}
        />
      )}
    </FormDrawer>
  );
}
