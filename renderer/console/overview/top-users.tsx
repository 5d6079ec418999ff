import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Stats } from '../../../gateway/contract/reports.ts';
import { QuotaBar } from '../../shared/ui/quota-bar.tsx';
import { useFormat } from '../format/use-format.ts';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { nameOf } from '../users/name-of.ts';
import css from './top-users.module.css';
import { daysOf, reportOf } from './ways.ts';

type Figures = Pick<Stats, 'topUsers' | 'monthlyTotal' | 'byDay' | 'period'>;

/** Who uses most; each leads to the person. The rest is one row, so that the rows add up to the month. */
export function TopUsers({ stats }: { stats: Figures }) {
  const { t } = useTranslation(['overview', 'users', 'common']);
  const { compact, exact, percent } = useFormat();
  const { topUsers: users, monthlyTotal } = stats;
  const others = monthlyTotal - users.reduce((sum, { used }) => sum + used, 0);
  return (
    <Paper withBorder p="md" h="100%">
      <Group justify="space-between" mb="sm">
        <Title order={2}>{t('topUsers')}</Title>
        <AnchorLink to="/users" size="sm">
          {t('allUsers')}
        </AnchorLink>
      </Group>
      <Stack gap={10}>
        {users.map((user) => {
          const unlimited = user.monthlyLimit === null;
          const share = percent(user.usagePercent);
          const label = unlimited
            ? t('users:barUnlimited', { used: exact(user.used) })
            : t('userShare', { name: nameOf(user), percent: share });
          return (
            <Link key={user.id} to="/users" search={{ user: user.id }} className={css.user}>
              <Group justify="space-between" wrap="nowrap" gap="xs">
                <Text size="sm" truncate>
                  {nameOf(user)}
                </Text>
                <Text size="sm" fw={600} title={exact(user.used)}>
                  {compact(user.used)}
                </Text>
              </Group>
              <QuotaBar
                figures={{
                  used: user.usagePercent,
                  held: 0,
                  available: unlimited ? null : 100 - user.usagePercent,
                  credits: 0,
                }}
                label={label}
                end={unlimited ? t('common:noLimit') : share}
              />
            </Link>
          );
        })}
        {others > 0 && (
          <Link {...reportOf('user', daysOf(stats).month)} className={css.user}>
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm">{t('other')}</Text>
              <Text size="sm" fw={600} title={exact(others)}>
                {compact(others)}
              </Text>
            </Group>
          </Link>
        )}
      </Stack>
    </Paper>
  );
}
