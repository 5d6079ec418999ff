import { Group, NumberInput, type NumberInputProps, SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FormOf } from '../ui/form.ts';
import type { ModelValues } from './model-form.ts';

interface ModelFeesProps {
  readonly form: FormOf<ModelValues>;
  /** How money and plain numbers are typed. */
  readonly usd: NumberInputProps;
  readonly number: NumberInputProps;
}

/** What a model costs beside tokens, and by the tier that serves it, where that is set too. */
export function ModelFees({ form, usd, number }: ModelFeesProps) {
  const { t } = useTranslation(['plans']);
  const listed = { ...usd, placeholder: t('asListed') };
  const known = { ...number, prefix: '× ', placeholder: t('asListed') };
  return (
    <>
      <Switch
        label={t('hasFees')}
        description={t('hasFeesHint')}
        {...form.getInputProps('hasFees', { type: 'checkbox' })}
      />
      {form.values.hasFees && (
        <Stack gap="xs">
          <Text size="sm" c="dimmed">
            {t('feesHint')}
          </Text>
          <SimpleGrid cols={2} spacing="md" verticalSpacing="sm">
            <NumberInput label={t('feeWebSearch')} {...listed} {...form.getInputProps('webSearches')} />
            <NumberInput label={t('feeFileSearch')} {...listed} {...form.getInputProps('fileSearches')} />
            <NumberInput label={t('feeMapSearch')} {...listed} {...form.getInputProps('mapSearches')} />
            <NumberInput label={t('feeRequest')} {...listed} {...form.getInputProps('requests')} />
          </SimpleGrid>
          <Text size="sm" c="dimmed" mt="xs">
            {t('tiersHint')}
          </Text>
          <Group grow align="flex-start">
            <NumberInput label={t('tierFlex')} {...known} {...form.getInputProps('flex')} />
            <NumberInput label={t('tierPriority')} {...known} {...form.getInputProps('priority')} />
          </Group>
        </Stack>
      )}
    </>
  );
}
