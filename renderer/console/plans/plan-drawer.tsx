import { NumberInput, Switch, TagsInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LONGEST, MOST_OF, PATTERNS, RANGES } from '../../../gateway/contract/bounds.ts';
import type { Plan } from '../../../gateway/contract/plans.ts';
import { useDraft } from '../drafts/use-draft.ts';
import { separatorsOf } from '../format/separators.ts';
import { useMay } from '../session/use-session.tsx';
import { atItsField } from '../ui/form.ts';
import { FormDrawer } from '../ui/form-drawer.tsx';
import { LimitField } from '../ui/limit-field.tsx';
import { MissingDrawer } from '../ui/missing-drawer.tsx';
import { ReasonField } from '../ui/reason-field.tsx';
import { Removal } from '../ui/removal.tsx';
import { formed, listed, reasonRule, within, words } from '../ui/rules.ts';
import { slugOf } from '../ui/slug.ts';
import { useForm } from '../ui/use-form.ts';
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

/** A plan's form; without a plan, a new one's. */
export function PlanDrawer({ plan, isNew, onClose }: PlanDrawerProps) {
  const { t, i18n } = useTranslation(['plans', 'common']);
  const may = useMay();
  const modelNames = useModelNames();
  const form = useForm<PlanValues>({
    initialValues: planValues(plan),
    validateInputOnBlur: true,
    validate: {
      id: (id) => (isNew ? formed(PATTERNS.slug, () => t('idNeeded'))(id) : null),
      name: words(LONGEST.name),
      monthlyLimit: within(RANGES.tokens, () => t('limitNeeded')),
      thresholds: (typed) => (typed.length === 0 || thresholdsOf(typed) === null ? t('thresholdsHint') : null),
      allowedModels: (models, { allowsAll }) => {
        if (allowsAll) return null;
        return models.length === 0
          ? t('modelsNeeded')
          : listed(MOST_OF.allowedModels, words(LONGEST.modelPattern))(models);
      },
      perMinute: within(RANGES.perMinute, () => t('atLeastOne')),
      concurrent: within(RANGES.concurrent, () => t('atLeastOne')),
      belowPercent: (value, { renews }) => (renews ? within(RANGES.renewBelow)(value) : null),
      renewTokens: (value, { renews }) => (renews ? within(RANGES.grant)(value) : null),
      timesPerMonth: (value, { renews }) => (renews ? within(RANGES.renewTimes)(value) : null),
      answerHours: within(RANGES.answerHours),
      reason: (reason, values) => reasonRule(plan !== undefined && needsReason(plan, values))(reason),
    },
  });
  const draft = useDraft(`plan/${plan?.id ?? ''}`, form);
  const saving = useSave({
    draft,
    stale: STALE,
    onField: atItsField(form, planField),
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
          call: { method: 'POST', body: { ...body, id: values.id.trim() } },
          done: t('planMade', { name: values.name.trim() }),
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
            danger="planDelete"
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
      <TextInput
        label={t('name')}
        required
        data-autofocus={isNew || undefined}
        {...form.getInputProps('name')}
        onChange={({ currentTarget: { value: name } }) => {
          // The id follows the name until it is written by hand.
          if (isNew && values.id === slugOf(values.name)) form.setFieldValue('id', slugOf(name));
          form.setFieldValue('name', name);
        }}
      />
      {isNew && <TextInput label={t('id')} description={t('idHint')} required {...form.getInputProps('id')} />}
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
        maxTags={MOST_OF.thresholds}
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
            suffix="%"
            min={RANGES.renewBelow.least}
            max={RANGES.renewBelow.most}
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
            min={RANGES.renewTimes.least}
            max={RANGES.renewTimes.most}
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
