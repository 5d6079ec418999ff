import { Group, NumberInput, Switch, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LONGEST, MOST_DECIMALS, RANGES } from '../../../gateway/contract/bounds.ts';
import type { Model, ModelTerms } from '../../../gateway/contract/models.ts';
import { useDraft } from '../drafts/use-draft.ts';
import { separatorsOf } from '../format/separators.ts';
import { useMay } from '../session/use-session.tsx';
import { atItsField } from '../ui/form.ts';
import { FormDrawer } from '../ui/form-drawer.tsx';
import { LimitField } from '../ui/limit-field.tsx';
import { ReasonField } from '../ui/reason-field.tsx';
import { Removal } from '../ui/removal.tsx';
import { reasonRule, USD, within, withinOrNone, words } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';
import { useSave } from '../ui/use-save.ts';
import { ModelFees } from './model-fees.tsx';
import { type ModelValues, modelBody, modelField, modelUndo, modelValues } from './model-form.ts';
import { ModelOffers } from './model-offers.tsx';

interface ModelDrawerProps {
  /** Name or pattern; null asks for one. */
  id: string | null;
  /** What is set already. */
  model: Model | undefined;
  /** What applies, by upstream. */
  terms: readonly ModelTerms[];
  onClose(): void;
}

const STALE = ['models', 'audit'];

/** What a model costs and may produce, by its name or a pattern. */
export function ModelDrawer({ id, model, terms, onClose }: ModelDrawerProps) {
  const { t, i18n } = useTranslation(['plans', 'common']);
  const may = useMay();
  const price = (value: number | '', { hasPrice }: ModelValues) =>
    hasPrice ? within(USD, () => t('priceNeeded'))(value) : null;
  const fee = (value: number | '', { hasPrice, hasFees }: ModelValues) =>
    hasPrice && hasFees ? withinOrNone(USD)(value) : null;
  const tier = (value: number | '', { hasPrice, hasFees }: ModelValues) =>
    hasPrice && hasFees ? withinOrNone(RANGES.tierFactor)(value) : null;
  const unit = (value: number | '', { hasUnits }: ModelValues) =>
    hasUnits ? withinOrNone(RANGES.unitTokens)(value) : null;
  const form = useForm<ModelValues>({
    initialValues: modelValues(model, id ?? '', terms.find(({ price }) => price !== null)?.price ?? null),
    validateInputOnBlur: true,
    validate: {
      id: words(LONGEST.modelPattern, () => t('modelNeeded')),
      multiplier: within(RANGES.multiplier, () => t('common:needed')),
      maxOutputTokens: within(RANGES.maxOutput, () => t('atLeastOne')),
      input: price,
      output: price,
      cachedInput: (value, { hasPrice }) => (hasPrice ? withinOrNone(USD)(value) : null),
      webSearches: fee,
      fileSearches: fee,
      mapSearches: fee,
      requests: fee,
      flex: tier,
      priority: tier,
      image: unit,
      audioSecond: unit,
      character: unit,
      reason: reasonRule(false),
    },
  });
  const draft = useDraft(`model/${id ?? ''}`, form);
  const saving = useSave({
    draft,
    stale: STALE,
    onField: atItsField(form, modelField),
  });
  const submit = form.onSubmit(async (values) => {
    const name = values.id.trim();
    const path = `/api/admin/models/${encodeURIComponent(name)}`;
    const body = modelBody(values);
    const answer = await saving.save(
      model
        ? {
            path,
            call: { method: 'PUT', body },
            done: t('modelSaved', { name }),
            undo: { path, call: { method: 'PUT', body: modelUndo(model) } },
          }
        : {
            path: '/api/admin/models',
            call: { method: 'POST', body: { ...body, id: name } },
            done: t('modelSaved', { name }),
            undo: { path, call: { method: 'DELETE' } },
          },
    );
    if (answer !== undefined) onClose();
  });
  const { values } = form;
  const isAlias = terms.length > 0 && terms.every(({ servedAs }) => servedAs !== null && servedAs !== id);
  const number = {
    min: 0,
    allowNegative: false,
    decimalScale: MOST_DECIMALS,
    hideControls: true,
    ...separatorsOf(i18n.language),
  };
  const usd = { ...number, prefix: 'US$ ' };
  return (
    <FormDrawer
      title={id ?? t('newModel')}
      onClose={onClose}
      isDirty={() => !saving.isDone() && form.isDirty()}
      isEdit={id !== null}
      draft={draft}
      onSubmit={submit}
      busy={saving.busy}
      failure={saving.failure}
      readOnly={!may('admin')}
      danger={
        model && (
          <Removal
            label={t('forgetModel')}
            danger="modelForget"
            text={t('forgetModelText', { name: model.id })}
            stale={STALE}
            save={() => ({
              path: `/api/admin/models/${encodeURIComponent(model.id)}`,
              call: { method: 'DELETE' },
              done: t('modelForgotten', { name: model.id }),
              undo: {
                path: '/api/admin/models',
                call: { method: 'POST', body: { id: model.id, ...modelUndo(model) } },
              },
            })}
            onDone={onClose}
          />
        )
      }
    >
      <ModelOffers terms={terms} />
      {id === null && (
        <TextInput
          label={t('modelName')}
          description={t('patternHint')}
          required
          data-autofocus
          {...form.getInputProps('id')}
        />
      )}
      {id !== null && (
        <Text size="sm" c="dimmed">
          {isAlias ? t('aliasNote', { name: terms[0]?.servedAs ?? '' }) : !model && t('nothingSet')}
        </Text>
      )}
      <NumberInput
        label={t('multiplier')}
        description={t('multiplierHint')}
        {...number}
        {...form.getInputProps('multiplier')}
      />
      <LimitField
        label={t('maxOutput')}
        description={t('maxOutputHint')}
        none={t('asKnown')}
        suffix={t('common:tokens')}
        {...form.getInputProps('maxOutputTokens')}
      />
      <Switch
        label={t('hasPrice')}
        description={t('hasPriceHint')}
        {...form.getInputProps('hasPrice', { type: 'checkbox' })}
      />
      {values.hasPrice && (
        <>
          <Group grow align="flex-start">
            <NumberInput label={t('priceInput')} required {...usd} {...form.getInputProps('input')} />
            <NumberInput label={t('priceOutput')} required {...usd} {...form.getInputProps('output')} />
            <NumberInput
              label={t('priceCached')}
              placeholder={t('asInput')}
              {...usd}
              {...form.getInputProps('cachedInput')}
            />
          </Group>
          <ModelFees form={form} usd={usd} number={number} />
        </>
      )}
      <Switch
        label={t('hasUnits')}
        description={t('hasUnitsHint')}
        {...form.getInputProps('hasUnits', { type: 'checkbox' })}
      />
      {values.hasUnits && (
        <Group grow align="flex-start">
          <NumberInput label={t('unitImage')} {...number} decimalScale={0} {...form.getInputProps('image')} />
          <NumberInput label={t('unitSecond')} {...number} decimalScale={0} {...form.getInputProps('audioSecond')} />
          <NumberInput label={t('unitCharacter')} {...number} decimalScale={0} {...form.getInputProps('character')} />
        </Group>
      )}
      {may('admin') && (
        <ReasonField
          description={t('reasonAudit')}
          placeholder={t('common:optional')}
          {...form.getInputProps('reason')}
        />
      )}
    </FormDrawer>
  );
}
