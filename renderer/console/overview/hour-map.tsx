import { Group, Paper, SegmentedControl, Skeleton, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HoursReport } from '../../../gateway/contract/reports.ts';
import { useHours } from '../api/hours.ts';
import { weekdayNames } from '../format/dates.ts';
import { useFormat } from '../format/use-format.ts';
import { QueryState } from '../ui/query-state.tsx';
import { fillWeek, HOURS, type HourFigure, type Place, placeAfter, strengthOf } from './hour-grid.ts';
import css from './hour-map.module.css';
import { requestsOfHour } from './ways.ts';

const FIGURES = ['tokens', 'requests', 'errors'] as const;

/** When the team works: a table whose cells are the stronger the more is used, to be read by hand, eye and ear, and lead on. */
export function HourMap() {
  const { t } = useTranslation(['overview', 'common']);
  const hours = useHours();
  const [figure, setFigure] = useState<HourFigure>('tokens');
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="sm">
        <Title order={2}>{t('byHour')}</Title>
        <SegmentedControl
          size="xs"
          value={figure}
          onChange={(value) => setFigure(value as HourFigure)}
          data={FIGURES.map((value) => ({ value, label: t(`hourFigures.${value}`) }))}
          aria-label={t('hourFigure')}
        />
      </Group>
      <QueryState query={hours} skeleton={<Skeleton height={220} />}>
        {(report) => <WeekTable report={report} figure={figure} />}
      </QueryState>
    </Paper>
  );
}

function WeekTable({ report, figure }: { report: HoursReport; figure: HourFigure }) {
  const { t } = useTranslation(['overview', 'common']);
  const { exact, day, locale } = useFormat();
  const [place, setPlace] = useState<Place | null>(null);
  const table = useRef<HTMLTableElement>(null);
  const tells = useRef(false);
  const week = fillWeek(report.cells);
  const most = Math.max(0, ...report.cells.map((cell) => cell[figure]));
  const busiest = report.cells.find((cell) => cell[figure] === most) ?? null;
  const shown = (place && week[place.weekday]?.[place.hour]) ?? busiest;
  const entry = place ?? { weekday: 0, hour: 0 };
  const [short, long] = [weekdayNames(locale, 'short'), weekdayNames(locale, 'long')];
  const move = (event: KeyboardEvent) => {
    const isTurned = table.current !== null && getComputedStyle(table.current).display === 'grid';
    const next = placeAfter(entry, event.key, isTurned);
    if (!next) return;
    event.preventDefault();
    setPlace(next);
    table.current?.querySelector<HTMLElement>(`[data-place="${next.weekday}-${next.hour}"]`)?.focus();
  };

  return (
    <>
      <div className={css.frame}>
        <table className={css.table} ref={table} onKeyDown={move}>
          <caption className="visually-hidden">
            {t('byHourCaption', { from: day(report.from), to: day(report.to), zone: report.timeZone })}
          </caption>
          <thead>
            <tr>
              <td />
              {HOURS.map((hour) => (
                <th key={hour} scope="col" className={css.hour}>
                  <span className={hour % 3 === 0 ? undefined : 'visually-hidden'}>{twoDigits(hour)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {week.map((cells, weekday) => (
              <tr key={short[weekday]}>
                <th scope="row" className={css.weekday} title={long[weekday]}>
                  {short[weekday]}
                </th>
                {cells.map((cell) => (
                  <td key={cell.hour}>
                    <Link
                      {...requestsOfHour({ weekday, hour: cell.hour }, report, figure)}
                      className={css.cell}
                      data-place={`${weekday}-${cell.hour}`}
                      tabIndex={entry.weekday === weekday && entry.hour === cell.hour ? 0 : -1}
                      onFocus={() => setPlace({ weekday, hour: cell.hour })}
                      onMouseEnter={() => setPlace({ weekday, hour: cell.hour })}
                      // A finger cannot hover: its first touch tells, its second leads on.
                      onPointerDown={(event) => {
                        tells.current =
                          event.pointerType === 'touch' && (place?.weekday !== weekday || place.hour !== cell.hour);
                      }}
                      onClick={(event) => {
                        if (tells.current) event.preventDefault();
                        tells.current = false;
                      }}
                    >
                      <span
                        className={css.ink}
                        data-figure={figure}
                        style={{ opacity: strengthOf(cell[figure], most) }}
                        aria-hidden
                      />
                      <span className="visually-hidden">{exact(cell[figure])}</span>
                    </Link>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Text size="sm" mt="xs" className={css.told} aria-hidden={place !== null}>
        {shown === null
          ? t('hourNone')
          : t('hourCell', {
              weekday: long[shown.weekday] ?? '',
              from: `${twoDigits(shown.hour)}:00`,
              to: `${twoDigits((shown.hour + 1) % 24)}:00`,
              tokens: exact(shown.tokens),
              requests: t('common:requestsCount', { count: shown.requests, formatted: exact(shown.requests) }),
              errors: exact(shown.errors),
            })}
      </Text>
      <Text size="xs" c="dimmed">
        {t('common:timeZone', { zone: report.timeZone })}
      </Text>
    </>
  );
}

function twoDigits(hour: number): string {
  return String(hour).padStart(2, '0');
}
