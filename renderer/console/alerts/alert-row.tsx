import { Button, Group, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../gateway/contract/alerts.ts';
import { useChange } from '../api/use-change.ts';
import { useFormat } from '../format/use-format.ts';
import { useMay } from '../session/use-session.tsx';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { type Meaning, StatusBadge } from '../ui/status-badge.tsx';
import { nameOf } from '../users/user-columns.tsx';
import css from './alert-row.module.css';

const MEANINGS: Record<Alert['kind'], Meaning> = {
  warning: 'warning',
  critical: 'critical',
  blocked: 'blocked',
  early_warning: 'warning',
  anomaly: 'critical',
  system: 'critical',
  identity_conflict: 'warning',
};

interface AlertRowProps {
  alert: Alert;
  /** Shown beside its user already: there is no need to go there. */
  ofUser?: boolean;
  /** The keyboard stands on it. */
  isCurrent?: boolean;
}

/** One alert: what it is, about whom, since when, and what to do. */
export function AlertRow({ alert, ofUser = false, isCurrent = false }: AlertRowProps) {
  const { t } = useTranslation('alerts');
  const { ago, time } = useFormat();
  const may = useMay();
  const change = useChange(['alerts', 'stats']);
  const resolve = () =>
    change.mutate({ path: `/api/admin/alerts/${alert.id}/resolve`, call: { method: 'POST' }, done: t('resolved') });

  return (
    <div className={css.row} data-cursor={isCurrent || undefined}>
      <div className={css.words}>
        <StatusBadge meaning={alert.resolvedAt === null ? MEANINGS[alert.kind] : 'quiet'}>
          {t(`kinds.${alert.kind}`)}
        </StatusBadge>
        <Text>
          <Sentence alert={alert} />
        </Text>
        <Group gap="sm">
          <Tooltip label={time(alert.createdAt)}>
            <Text size="xs" c="dimmed">
              {ago(alert.createdAt)}
            </Text>
          </Tooltip>
          {alert.resolvedAt !== null && (
            <Text size="xs" c="dimmed" title={time(alert.resolvedAt)}>
              {t(`resolvedBy.${resolverOf(alert.resolvedBy)}`)} {ago(alert.resolvedAt)}
            </Text>
          )}
        </Group>
      </div>
      <Group gap="xs">
        {alert.user && !ofUser && (
          <AnchorLink to="/users" search={{ user: alert.user.id }} size="sm">
            {t('openUser')}
          </AnchorLink>
        )}
        {alert.resolvedAt === null && may('admin') && (
          <Button size="compact-sm" variant="default" loading={change.isPending} onClick={resolve}>
            {t('resolve')}
          </Button>
        )}
      </Group>
    </div>
  );
}

function resolverOf(by: string | null): 'superseded' | 'system' | 'operator' {
  return by === 'superseded' || by === 'system' ? by : by === null ? 'system' : 'operator';
}

function Sentence({ alert: { kind, user, details } }: { alert: Alert }) {
  const { t } = useTranslation('alerts');
  const { percent } = useFormat();
  const name = user ? nameOf(user) : t('team');
  const share = percent(typeof details.share === 'number' ? details.share : Number(details.threshold ?? 100));
  switch (kind) {
    case 'system':
      return t('sentences.system', { what: String(details.check ?? details.message ?? '') });
    case 'warning':
    case 'critical':
      return t(`sentences.${kind}`, { name, share });
    default:
      return t(`sentences.${kind}`, { name });
  }
}
