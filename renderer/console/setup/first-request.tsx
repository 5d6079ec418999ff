import { Code, Group, Loader, Paper, Text, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { UsageRecord } from '../../../gateway/contract/reports.ts';
import type { User } from '../../../gateway/contract/users.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { When } from '../ui/when.tsx';
import css from './first-request.module.css';
import { useFirstRequest, useLastRefusal } from './use-first-request.ts';

/** Waits for LibreChat's first request, and turns green with it. */
export function FirstRequest() {
  const { t } = useTranslation('setup');
  const { data: record } = useFirstRequest();
  const refusal = useLastRefusal(record === null);
  if (record === undefined) return null;
  return (
    <Paper withBorder p="md" className={css.panel} data-state={record ? 'arrived' : 'waiting'} role="status">
      {record ? (
        <Arrived record={record} />
      ) : (
        <>
          <Group gap="sm">
            <Loader size="sm" type="dots" aria-hidden />
            <Title order={3}>{t('first.waiting')}</Title>
          </Group>
          <Text size="sm" mt={4}>
            {t('first.waitingText')}
          </Text>
          {refusal && (
            <Text size="sm" mt="sm" c="var(--critical)" style={{ overflowWrap: 'anywhere' }}>
              {t('first.refused')} <When at={refusal.lastAt} />
              {' · '}
              {refusal.message} <Code>{refusal.code}</Code>
            </Text>
          )}
        </>
      )}
    </Paper>
  );
}

function Arrived({ record }: { record: UsageRecord }) {
  const { t } = useTranslation('setup');
  const { exact } = useFormat();
  const session = useSession();
  const { userId, model, chargedTokens, createdAt } = record;
  const { data: user } = useQuery({
    queryKey: ['user', userId],
    queryFn: ({ signal }) => session.call<User>(`/api/admin/users/${userId}`, { signal }),
  });
  return (
    <>
      <Group gap="sm">
        <IconCircleCheck size={24} aria-hidden />
        <Title order={3}>{t('first.arrived')}</Title>
      </Group>
      <Text size="sm" mt={4} c="var(--text)">
        {t('first.arrivedText', { who: user?.email ?? user?.name ?? '…', model, tokens: exact(chargedTokens) })}{' '}
        <When at={createdAt} />
      </Text>
    </>
  );
}
