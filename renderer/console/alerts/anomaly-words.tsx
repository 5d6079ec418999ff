import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Alert, AnomalyDetails, AnomalyEvidence } from '../../../gateway/contract/alerts.ts';
import { useFormat } from '../format/use-format.ts';
import { nameOf } from '../users/name-of.ts';

/** The details of unusual use; null where an alert is about something else, or tells nothing. */
export function anomalyOf({ kind, details }: Pick<Alert, 'kind' | 'details'>): AnomalyDetails | null {
  const { evidence, level, step } = details as Partial<AnomalyDetails>;
  const isWhole = kind === 'anomaly' && Array.isArray(evidence) && evidence.length > 0 && level && step;
  return isWhole ? (details as AnomalyDetails) : null;
}

/** What was seen, what is usual, what was done and until when. */
export function AnomalyWords({ alert, anomaly }: { alert: Alert; anomaly: AnomalyDetails }) {
  const { t } = useTranslation('alerts');
  const name = alert.user ? nameOf(alert.user) : t('team');
  return (
    <Stack gap={2}>
      {anomaly.evidence.map((piece) => (
        <Text key={piece.measure}>
          <Evidence piece={piece} name={name} />
        </Text>
      ))}
      <Text size="sm" c="dimmed">
        <Step alert={alert} anomaly={anomaly} />
      </Text>
    </Stack>
  );
}

function Evidence({ piece, name }: { piece: AnomalyEvidence; name: string }) {
  const { t } = useTranslation('alerts');
  const { exact, duration } = useFormat();
  if (piece.measure === 'regularity') {
    return t('anomaly.regularity', {
      name,
      requests: exact(piece.requests),
      gap: duration(piece.meanGapMs),
      variation: exact(Math.round(piece.variation * 100)),
    });
  }
  const { seen, usual, times, days } = piece;
  const values = { name, seen: exact(seen), usual: exact(usual), times: exact(times), days: exact(days) };
  return t(
    piece.measure === 'volume' && piece.within === 'hour' ? 'anomaly.volumeHour' : `anomaly.${piece.measure}`,
    values,
  );
}

function Step({ alert, anomaly }: { alert: Alert; anomaly: AnomalyDetails }) {
  const { t } = useTranslation('alerts');
  const { moment } = useFormat();
  const { step, perMinute, until, level } = anomaly;
  const sure = t(`anomaly.levels.${level}`);
  if (step === 'watch') return `${sure} ${t('anomaly.watch')}`;
  const values = { count: perMinute ?? 0, until: until === null ? '' : moment(until) };
  if (alert.inForce === null) return `${sure} ${t(`anomaly.over.${step}`, values)}`;
  if (step === 'limit') return `${sure} ${t('anomaly.limit', values)}`;
  return `${sure} ${until === null ? t('anomaly.suspend') : t('anomaly.suspendUntil', values)}`;
}
