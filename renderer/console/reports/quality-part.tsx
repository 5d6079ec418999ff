import { Button, Drawer, Group, Paper, SimpleGrid, Text, Title } from '@mantine/core';
import { IconTarget } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { QualityReport } from '../../../gateway/contract/quality.ts';
import { useMay, useSession } from '../session/use-session.tsx';
import { QUALITY_TARGETS } from '../settings/setting-groups.ts';
import { SettingsForm } from '../settings/settings-form.tsx';
import { ExportMenu } from '../ui/export-menu.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { useLoneEscape } from '../ui/use-lone-escape.ts';
import { PeriodPicker } from './period-picker.tsx';
import { QualityCard } from './quality-card.tsx';
import type { ReportsSearch } from './reports-search.ts';
import { usePeriod } from './use-period.ts';

const route = getRouteApi('/reports');
/** Its figures are of days: what a minute adds does not move them. */
const REFRESH_MS = 60_000;

/** Is everybody served as well as we mean to? */
export function QualityPart() {
  const { t } = useTranslation(['reports', 'common']);
  const session = useSession();
  const may = useMay();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { from, to, ranges, zone } = usePeriod(search);
  const change = (changes: ReportsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  const report = useQuery({
    queryKey: ['quality', from, to],
    queryFn: ({ signal }) => session.call<QualityReport>('/api/admin/reports/quality', { query: { from, to }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

  return (
    <>
      <Group justify="space-between" align="flex-end" mb="sm" gap="sm">
        <Group gap="sm" align="flex-end">
          <PeriodPicker from={from} to={to} zone={zone} ranges={ranges} onChange={change} />
        </Group>
        <Group gap="xs">
          {may('admin') && (
            <Button
              variant="default"
              size="xs"
              leftSection={<IconTarget size={14} />}
              onClick={() => void navigate({ search: (before) => ({ ...before, open: 'targets' }) })}
            >
              {t('quality.editTargets')}
            </Button>
          )}
          <ExportMenu type="quality" filters={{ from, to }} />
        </Group>
      </Group>
      <QueryState query={report}>
        {(data) => (
          <>
            <Paper withBorder p="md" mb="sm">
              <Text size="lg" fw={600} role="status">
                {headlineOf(data, t)}
              </Text>
              <Text size="xs" c="dimmed">
                {t('common:timeZone', { zone: data.timeZone })}
              </Text>
            </Paper>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm" verticalSpacing="sm">
              {data.figures.map((figure) => (
                <QualityCard key={figure.name} figure={figure} report={data} />
              ))}
            </SimpleGrid>
          </>
        )}
      </QueryState>
      {search.open === 'targets' && may('admin') && (
        <Targets onClose={() => void navigate({ search: ({ open: _open, ...before }) => before })} />
      )}
    </>
  );
}

function headlineOf({ figures }: QualityReport, t: ReturnType<typeof useTranslation<['reports']>>['t']): string {
  const judged = figures.filter(({ verdict }) => verdict !== 'no_data' && verdict !== 'no_target');
  const met = judged.filter(({ verdict }) => verdict === 'met');
  if (judged.length === 0) return t('quality.nothing');
  if (met.length === judged.length) return t('quality.allMet', { count: met.length });
  return t('quality.someMet', { met: met.length, count: judged.length });
}

/** What the figures are held against: settings, so that they are stored, locked and audited like all others. */
function Targets({ onClose }: { onClose(): void }) {
  const { t } = useTranslation(['reports', 'common']);
  useLoneEscape(onClose);
  return (
    <Drawer
      opened
      onClose={onClose}
      closeOnEscape={false}
      closeButtonProps={{ 'aria-label': t('common:close') }}
      title={<Title order={2}>{t('parts.quality')}</Title>}
      padding="md"
    >
      <SettingsForm groups={[QUALITY_TARGETS]} />
    </Drawer>
  );
}
