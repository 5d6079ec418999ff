import { Group, Paper, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { QualityFigure, QualityName, QualityReport, Verdict } from '../../../gateway/contract/quality.ts';
import { useFormat } from '../format/use-format.ts';
import { type Meaning, StatusBadge } from '../ui/status-badge.tsx';
import { DayStrip } from './day-strip.tsx';
import css from './quality-card.module.css';

const MEANINGS: Record<Verdict, Meaning> = {
  met: 'good',
  close: 'warning',
  missed: 'critical',
  no_target: 'quiet',
  no_data: 'quiet',
};
const IN_PERCENT: ReadonlySet<QualityName> = new Set(['success', 'uptime', 'alertRequests', 'falseAlarms']);

/** One figure, its target, whether it is reached, what it is made of, and the days on which it was not. */
export function QualityCard({ figure, report }: { figure: QualityFigure; report: QualityReport }) {
  const { t } = useTranslation('reports');
  const { finePercent, duration, span, day } = useFormat();
  const { name, value, target, verdict, aim, since } = figure;
  const write = (amount: number) => {
    if (IN_PERCENT.has(name)) return finePercent(amount);
    return name === 'decision' ? span(amount) : duration(amount);
  };
  const daily = dailyOf(name);
  return (
    <Paper withBorder p="md" className={css.card} component="article">
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
        <Title order={2} className={css.title}>
          {t(`quality.names.${name}`)}
        </Title>
        <StatusBadge meaning={MEANINGS[verdict]}>{t(`quality.verdicts.${verdict}`)}</StatusBadge>
      </Group>
      <p className={css.value} data-meaning={MEANINGS[verdict]}>
        {value === null ? '–' : write(value)}
      </p>
      <Text size="sm">
        {target === null ? t('quality.noTarget') : t(`quality.target.${aim}`, { target: write(target) })}
      </Text>
      <Note name={name} report={report} />
      {since !== null && (
        <Text size="xs" c="dimmed">
          {t('quality.since', { day: day(since) })}
        </Text>
      )}
      {daily && <DayStrip days={report.days} valueAt={daily} target={target} aim={aim} write={write} />}
    </Paper>
  );
}

function dailyOf(name: QualityName): ((day: QualityReport['days'][number]) => number | null) | null {
  switch (name) {
    case 'success':
      return (day) => day.success;
    case 'firstByte':
      return (day) => day.firstByteMs;
    case 'uptime':
      return (day) => day.uptime;
    default:
      return null;
  }
}

/** What the figure is made of. */
function Note({ name, report: { counts } }: { name: QualityName; report: QualityReport }) {
  const { t } = useTranslation('reports');
  const { exact, duration, span } = useFormat();
  const text = (): string | null => {
    switch (name) {
      case 'success':
        return counts.requests === 0
          ? null
          : t('quality.notes.success', { failed: exact(counts.failed), requests: exact(counts.requests) });
      case 'firstByte':
        return counts.firstByteMedianMs === null
          ? null
          : t('quality.notes.median', { time: duration(counts.firstByteMedianMs) });
      case 'duration':
        return counts.durationMedianMs === null
          ? null
          : t('quality.notes.median', { time: duration(counts.durationMedianMs) });
      case 'uptime':
        return counts.downMs === 0
          ? null
          : t('quality.notes.uptime', { count: counts.outages, time: span(counts.downMs) });
      case 'decision':
        return counts.decisionMedianMs === null
          ? null
          : t('quality.notes.decision', {
              time: span(counts.decisionMedianMs),
              inTime: exact(counts.decidedInTime),
              decided: exact(counts.decided),
            });
      case 'alertRequests':
        return counts.warned === 0
          ? null
          : t('quality.notes.alertRequests', { asked: exact(counts.asked), warned: exact(counts.warned) });
      case 'falseAlarms':
        return counts.alarms === 0
          ? null
          : t('quality.notes.falseAlarms', { wrong: exact(counts.falseAlarms), alarms: exact(counts.alarms) });
    }
  };
  return (
    <Text size="sm" c="dimmed">
      {text() ?? t(`quality.none.${name}`)}
    </Text>
  );
}
