import { Group, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ListedUsage } from '../../../gateway/contract/reports.ts';
import { useFormat } from '../format/use-format.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { Facts } from '../ui/facts.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { UpstreamName } from '../ui/upstream-name.tsx';
import { DetailDrawer } from './detail-drawer.tsx';
import { OutcomeBadge } from './outcome-badge.tsx';
import { UserLink } from './user-link.tsx';

interface UsageDrawerProps {
  record: ListedUsage;
  onClose(): void;
}

/** One request in full: what it used, what it cost, how long it took. */
export function UsageDrawer({ record, onClose }: UsageDrawerProps) {
  const { t } = useTranslation('activity');
  const { exact, exactMoney, time, duration } = useFormat();
  const tokens = [
    'promptTokens',
    'completionTokens',
    'cachedTokens',
    'cacheWriteTokens',
    'reasoningTokens',
    'audioTokens',
    'imageTokens',
    'totalTokens',
    'chargedTokens',
    'absorbedTokens',
  ] as const;
  const optional = (value: number | null) => (value === null ? '–' : duration(value));
  return (
    <DetailDrawer title={record.model} onClose={onClose}>
      <Stack gap="md">
        <Group gap="xs">
          <OutcomeBadge outcome={record.outcome} />
          {record.usageSource !== null && (
            <StatusBadge meaning="quiet">{t(`usageSources.${record.usageSource}`)}</StatusBadge>
          )}
          {!record.priceKnown && <StatusBadge meaning="warning">{t('defaultPrice')}</StatusBadge>}
        </Group>
        <Facts
          rows={[
            [t('columns.when'), time(record.createdAt)],
            [t('user'), <UserLink key="user" id={record.userId} name={record.userName} />],
            [
              t('requestId'),
              <span key="id">
                {record.requestId} <CopyText text={record.requestId} />
              </span>,
            ],
            [t('upstream'), <UpstreamName key="upstream" id={record.upstream} />],
            [t('endpoint'), `${record.method} ${record.endpoint}`],
            [t('statusCode'), record.statusCode ?? '–'],
            [t('columns.duration'), optional(record.durationMs)],
            [t('firstByte'), optional(record.firstByteMs)],
          ]}
        />
        <Facts
          rows={[
            ...tokens
              .filter((name) => record[name] !== 0 || name === 'chargedTokens')
              .map((name) => [t(`tokens.${name}`), exact(record[name])] as const),
            [t('columns.cost'), exactMoney(record.costMicroUsd)],
          ]}
        />
        <Facts
          rows={[
            [t('client'), record.userAgent ?? '–'],
            [t('address'), record.ipAddress ?? '–'],
            ...(record.errorMessage === null ? [] : [[t('error'), record.errorMessage] as const]),
          ]}
        />
      </Stack>
    </DetailDrawer>
  );
}
