import { Group, Paper, Text, Title, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Department } from '../../../gateway/contract/departments.ts';
import { useFormat } from '../format/use-format.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { CapBar } from './cap-bar.tsx';
import css from './department-row.module.css';

interface DepartmentRowProps {
  department: Department;
  isTeam: boolean;
  onOpen(): void;
}

/** What a department, or the whole team, used of its caps this month. */
export function DepartmentRow({ department, isTeam, onOpen }: DepartmentRowProps) {
  const { t } = useTranslation(['plans', 'common']);
  const { compact, exact, usd, exactMoney, month } = useFormat();
  const { capTokens, capMicroUsd, usedTokens, usedMicroUsd, heldTokens, heldMicroUsd, users, stopAtCap } = department;
  const isCapped = capTokens !== null || capMicroUsd !== null;
  return (
    <Paper withBorder className={css.row}>
      <div className={css.names}>
        <UnstyledButton data-opens className={css.open} onClick={onOpen}>
          <Title order={2}>{isTeam ? t('team') : department.name}</Title>
        </UnstyledButton>
        {isTeam ? (
          <Text size="sm" c="dimmed">
            {t('teamText')}
          </Text>
        ) : (
          <Link to="/users" search={{ department: [department.id] }} className={css.users}>
            {t('common:users', { count: users, formatted: exact(users) })}
          </Link>
        )}
        {isCapped && (
          <Group mt={6}>
            <StatusBadge meaning={stopAtCap ? 'critical' : 'quiet'}>{t(stopAtCap ? 'stops' : 'onlyShows')}</StatusBadge>
          </Group>
        )}
      </div>
      <CapBar
        label={t('tokensIn', { month: month(department.period) })}
        used={usedTokens}
        held={heldTokens}
        cap={capTokens}
        show={compact}
        exact={exact}
      />
      <CapBar
        label={t('costIn', { month: month(department.period) })}
        used={usedMicroUsd}
        held={heldMicroUsd}
        cap={capMicroUsd}
        show={usd}
        exact={exactMoney}
      />
    </Paper>
  );
}
