import { Button, Group, Text, Tooltip } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Alert, AnomalyLevel } from '../../../gateway/contract/alerts.ts';
import { useChange } from '../api/use-change.ts';
import { useFormat } from '../format/use-format.ts';
import { useMay, useOperatorId } from '../session/use-session.tsx';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { type Meaning, StatusBadge } from '../ui/status-badge.tsx';
import { nameOf } from '../users/name-of.ts';
import css from './alert-row.module.css';
import { AnomalyActions } from './anomaly-actions.tsx';
import { AnomalyWords, anomalyOf } from './anomaly-words.tsx';

const MEANINGS: Record<Alert['kind'], Meaning> = {
  warning: 'warning',
  critical: 'critical',
  blocked: 'blocked',
  early_warning: 'warning',
  anomaly: 'critical',
  system: 'critical',
  identity_conflict: 'warning',
};

/** How sure it is that the use is unusual. */
const OF_LEVEL: Record<AnomalyLevel, Meaning> = { low: 'warning', medium: 'critical', high: 'blocked' };

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
  const operatorId = useOperatorId();
  const change = useChange(['alerts', 'stats']);
  const anomaly = anomalyOf(alert);
  const meaning = anomaly ? OF_LEVEL[anomaly.level] : MEANINGS[alert.kind];
  const resolve = () =>
    change.mutate({
      path: `/api/admin/alerts/${alert.id}/resolve`,
      call: { method: 'POST' },
      expects: { in: ['alerts'], id: alert.id, fields: { resolvedAt: Date.now(), resolvedBy: operatorId } },
      done: t('resolved'),
      undo: {
        path: `/api/admin/alerts/${alert.id}/reopen`,
        call: { method: 'POST' },
        expects: { in: ['alerts'], id: alert.id, fields: { resolvedAt: null, resolvedBy: null } },
      },
    });

  return (
    <div className={css.row} data-cursor={isCurrent || undefined}>
      <div className={css.words}>
        <StatusBadge meaning={alert.resolvedAt === null ? meaning : 'quiet'}>{t(`kinds.${alert.kind}`)}</StatusBadge>
        {anomaly ? (
          <AnomalyWords alert={alert} anomaly={anomaly} />
        ) : (
          <Text>
            <Sentence alert={alert} />
          </Text>
        )}
        <Group gap="sm">
          <Tooltip label={time(alert.createdAt)}>
            <Text size="xs" c="dimmed">
              {ago(alert.createdAt)}
            </Text>
          </Tooltip>
          {alert.falseAlarmAt !== null && (
            <Text size="xs" title={time(alert.falseAlarmAt)}>
              {t('anomaly.isFalse')}
            </Text>
          )}
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
        {isCap(alert.details) && (
          <AnchorLink to="/plans" search={{ part: 'departments' }} size="sm">
            {t('seeCaps')}
          </AnchorLink>
        )}
        {isInterruption(alert.details) && (
          <AnchorLink to="/activity" search={{ part: 'usage', outcome: ['interrupted'] }} size="sm">
            {t('seeRequests')}
          </AnchorLink>
        )}
        {anomaly && may('admin') && <AnomalyActions alert={alert} />}
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
  if (by === 'superseded') return by;
  return by === null || by === 'system' || by === 'renewal' ? 'system' : 'operator';
}

interface Interruption {
  readonly requests: number;
  readonly costMicroUsd: number;
  readonly reservedTokens: number;
}

/** Requests that were on their way when the gateway died. */
function isInterruption(details: Alert['details']): details is Alert['details'] & Interruption {
  const { check, requests, costMicroUsd, reservedTokens } = details;
  const numbers = [requests, costMicroUsd, reservedTokens];
  return check === 'interrupted' && numbers.every((number) => typeof number === 'number');
}

interface SharedCap {
  readonly departmentId: string;
  readonly name: string;
  readonly stops: boolean;
}

/** About the cap of a department, or of the team. */
function isCap(details: Alert['details']): details is Alert['details'] & SharedCap {
  return typeof details.departmentId === 'string' && typeof details.name === 'string';
}

const CHECKS = [
  'audit_chain',
  'integrity',
  'upstream',
  'mail',
  'disk',
  'backup',
  'interrupted',
  'maintenance',
  'maintenance_overdue',
] as const;

function checkName(t: TFunction<'alerts'>, { check, message, name }: Alert['details']): string {
  const known = CHECKS.find((one) => one === check);
  const what = known ? t(`checks.${known}`) : String(check ?? message ?? '');
  return typeof name === 'string' ? `${what} (${name})` : what;
}

function Sentence({ alert: { kind, user, details } }: { alert: Alert }) {
  const { t } = useTranslation('alerts');
  const { percent, money, exact } = useFormat();
  const name = user ? nameOf(user) : t('team');
  const share = percent(typeof details.share === 'number' ? details.share : Number(details.threshold ?? 100));
  switch (kind) {
    case 'system':
      if (isInterruption(details)) {
        return t('sentences.interrupted', {
          count: details.requests,
          cost: money(details.costMicroUsd),
          tokens: exact(details.reservedTokens),
        });
      }
      return t('sentences.system', { what: checkName(t, details) });
    case 'warning':
    case 'critical':
    case 'blocked':
      if (isCap(details)) {
        const who = details.departmentId === 'team' ? t('team') : details.name;
        const effect = details.stops ? (kind === 'blocked' ? 'stopped' : 'stops') : 'shows';
        return `${t('sentences.cap', { name: who, share })} ${t(`capEffects.${effect}`)}`;
      }
      if (kind === 'blocked') return t('sentences.blocked', { name });
      return t(`sentences.${kind}`, { name, share });
    default:
      return t(`sentences.${kind}`, { name });
  }
}
