import { List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../gateway/contract/jobs.ts';
import { StatusBadge } from '../ui/status-badge.tsx';

interface Check {
  readonly id: string;
  readonly title: string;
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly found: number;
}

/** What a check of the books looked at, and what it found. */
export function BookChecks({ result }: { result: Job['result'] }) {
  const { t } = useTranslation('settings');
  const checks = Array.isArray(result?.checks) ? (result.checks as readonly Check[]) : [];
  if (checks.length === 0) return null;
  return (
    <List size="sm" mt="xs" listStyleType="none" withPadding={false} spacing={4}>
      {checks.map(({ id, title, ok, problems, found }) => (
        <List.Item key={id}>
          <StatusBadge meaning={ok ? 'good' : 'critical'}>
            {ok ? t('database.agrees') : t('database.wrong', { count: found })}
          </StatusBadge>{' '}
          {title}
          {problems.map((problem) => (
            <Text key={problem} size="xs" c="var(--critical)" style={{ overflowWrap: 'anywhere' }}>
              {problem}
            </Text>
          ))}
        </List.Item>
      ))}
    </List>
  );
}
