import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { UpstreamTest } from '../../../gateway/contract/upstreams.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { failureSentence } from '../ui/explain-failure.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { StatusBadge } from '../ui/status-badge.tsx';

interface UpstreamTestButtonProps {
  id: string;
  /** Asks as soon as it is shown, too. */
  atOnce?: boolean;
}

/** Asks an upstream for its models, and says what came of it. */
export function UpstreamTestButton({ id, atOnce = false }: UpstreamTestButtonProps) {
  const { t } = useTranslation('settings');
  const { duration } = useFormat();
  const session = useSession();
  const test = useMutation({
    mutationFn: () => session.call<UpstreamTest>(`/api/admin/upstreams/${id}/test`, { method: 'POST' }),
  });
  const { data, error, mutate } = test;
  useEffect(() => {
    if (atOnce) mutate();
  }, [atOnce, mutate]);
  return (
    <>
      <Button variant="default" size="xs" loading={test.isPending} onClick={() => mutate()}>
        {t('upstreams.test')}
      </Button>
      <span role="status">
        {data?.ok && (
          <StatusBadge meaning="good">
            {t('upstreams.testGood', { count: data.models.length, time: duration(data.durationMs) })}
          </StatusBadge>
        )}
        {data && !data.ok && (
          <Text size="sm" c="var(--critical)" component="span">
            {data.problem ? refusalWords(data.problem, 'upstream') : t('upstreams.testBad')}
          </Text>
        )}
        {error && (
          <Text size="sm" c="var(--critical)" component="span">
            {failureSentence(error)}
          </Text>
        )}
      </span>
    </>
  );
}
