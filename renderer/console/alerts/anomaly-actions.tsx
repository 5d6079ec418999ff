import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Alert } from '../../../gateway/contract/alerts.ts';
import { useChange } from '../api/use-change.ts';

/** The first parts of what shows restrictions. */
export const STALE_OF_REVERT = ['alerts', 'stats', 'user', 'users', 'audit', 'mail'];

/** One click each: take back what was done, or say that nothing was wrong. */
export function AnomalyActions({ alert }: { alert: Alert }) {
  const { t } = useTranslation('alerts');
  const change = useChange(STALE_OF_REVERT);
  const { id, inForce, falseAlarmAt } = alert;
  const mark = (falseAlarm: boolean) =>
    change.mutate({
      path: `/api/admin/alerts/${id}/false-alarm`,
      call: { method: 'POST', body: { falseAlarm } },
      expects: { in: ['alerts'], id, fields: { falseAlarmAt: falseAlarm ? Date.now() : null } },
      done: t(falseAlarm ? 'anomaly.marked' : 'anomaly.unmarked'),
    });
  return (
    <>
      {inForce !== null && <RevertButton alertId={id} inForce={inForce} />}
      <Button
        size="compact-sm"
        variant="default"
        loading={change.isPending}
        onClick={() => mark(falseAlarmAt === null)}
      >
        {t(falseAlarmAt === null ? 'anomaly.mark' : 'anomaly.unmark')}
      </Button>
    </>
  );
}

/** Lifts what an alert's step restricts, and resolves the alert. */
export function RevertButton({ alertId, inForce }: { alertId: string; inForce: 'limit' | 'suspend' }) {
  const { t } = useTranslation('alerts');
  const change = useChange(STALE_OF_REVERT);
  const revert = () =>
    change.mutate({
      path: `/api/admin/alerts/${alertId}/revert`,
      call: { method: 'POST' },
      expects: { in: ['alerts'], id: alertId, fields: { inForce: null } },
      done: t(`anomaly.reverted.${inForce}`),
    });
  return (
    <Button size="compact-sm" variant="default" loading={change.isPending} onClick={revert}>
      {t(`anomaly.revert.${inForce}`)}
    </Button>
  );
}
