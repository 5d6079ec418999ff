import { Radio, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LIBRECHAT_RUNS, type LibrechatRuns } from './librechat-config.ts';
import type { Librechat } from './use-librechat-runs.ts';

export function LibrechatRunsField({ librechat }: { librechat: Librechat }) {
  const { t } = useTranslation('settings');
  return (
    <Radio.Group
      label={t('librechat.runs')}
      value={librechat.runs}
      onChange={(value) => librechat.choose(value as LibrechatRuns)}
    >
      <Stack gap={6} mt={6}>
        {LIBRECHAT_RUNS.map((runs) => (
          <Radio
            key={runs}
            value={runs}
            label={t(`librechat.where.${runs}`)}
            description={t(`librechat.whereHints.${runs}`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
