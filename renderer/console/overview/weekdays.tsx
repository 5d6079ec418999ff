import { Paper, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Stats } from '../../../gateway/contract/reports.ts';
import { weekdayNames } from '../format/dates.ts';
import { useFormat } from '../format/use-format.ts';
import css from './weekdays.module.css';

/** What each weekday usually takes: its median, and the band that eight of ten lie in. */
export function Weekdays({ weekdays }: { weekdays: Stats['weekdays'] }) {
  const { t } = useTranslation('overview');
  const { compact, exact, locale } = useFormat();
  const most = Math.max(1, ...(weekdays ?? []).map(({ high }) => high));
  const names = weekdayNames(locale, 'long');
  const share = (tokens: number) => `${(100 * tokens) / most}%`;
  return (
    <Paper withBorder p="md" h="100%">
      <Title order={2} mb="sm">
        {t('weekdays')}
      </Title>
      {weekdays === null ? (
        <Text size="sm" c="dimmed">
          {t('noForecast')}
        </Text>
      ) : (
        <>
          <ul className={css.list}>
            {weekdays.map(({ expected, low, high }, weekday) => {
              const text = names[weekday];
              const band = t('weekdayBand', { low: exact(low), high: exact(high) });
              return (
                <li key={text} title={`${exact(expected)} (${band})`}>
                  <span className={css.name}>{text}</span>
                  <span className={css.track} aria-hidden>
                    <span className={css.band} style={{ left: share(low), width: share(high - low) }} />
                    <span className={css.median} style={{ left: share(expected) }} />
                  </span>
                  <span className={css.value}>{compact(expected)}</span>
                  <span className="visually-hidden">{band}</span>
                </li>
              );
            })}
          </ul>
          <Text size="xs" c="dimmed" mt="xs">
            {t('weekdaysHint')}
          </Text>
        </>
      )}
    </Paper>
  );
}
