import { Fieldset, Group, NumberInput, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { separatorsOf } from '../format/separators.ts';
import type { FormOf } from '../ui/form.ts';
import { TIME_LIMITS, type UpstreamValues } from './upstream-form.ts';

/** How long an upstream is waited for, and whose signature on its certificate is trusted besides. */
export function UpstreamConnection({ form }: { form: FormOf<UpstreamValues> }) {
  const { t, i18n } = useTranslation('settings');
  return (
    <>
      <Fieldset legend={t('upstreams.limits')}>
        <Group gap="sm" align="flex-start">
          {TIME_LIMITS.map(([, field]) => (
            <NumberInput
              key={field}
              label={t(`upstreams.${field}`)}
              description={t(`upstreams.${field}Hint`)}
              placeholder={t('upstreams.ownLimit')}
              hideControls
              decimalScale={1}
              allowNegative={false}
              suffix=" s"
              style={{ flex: '1 1 150px' }}
              {...separatorsOf(i18n.language)}
              {...form.getInputProps(field)}
            />
          ))}
        </Group>
      </Fieldset>
      <Textarea
        label={t('upstreams.caCertificate')}
        description={t('upstreams.caCertificateHint')}
        placeholder="-----BEGIN CERTIFICATE-----"
        autosize
        minRows={3}
        maxRows={10}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
        {...form.getInputProps('caCertificate')}
      />
    </>
  );
}
