import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../gateway/contract/jobs.ts';
import type { Machine } from '../../../gateway/contract/machine.ts';
import { useMachine } from '../api/machine.ts';
import { useFormat } from '../format/use-format.ts';
import { useMay } from '../session/use-session.tsx';
import { Facts } from '../ui/facts.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { PathText } from '../ui/path-text.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { BookChecks } from './book-checks.tsx';
import { JobPanel, useIsBusy } from './job-panel.tsx';
import { MovePanel } from './move-panel.tsx';
import { GROUPS } from './setting-groups.ts';
import { SettingsForm } from './settings-form.tsx';
import { useJobStart } from './use-job-start.ts';

/** Where the data lies, whether its books agree, and the way to another database. */
export function DatabaseSection() {
  const machine = useMachine();
  const may = useMay();
  return (
    <Stack gap="md">
      <QueryState query={machine}>
        {(data) => (
          <>
            <Place machine={data} />
            <Books />
            {may('owner') && <MovePanel machine={data} />}
          </>
        )}
      </QueryState>
      <SettingsForm groups={GROUPS.data} />
    </Stack>
  );
}

function Place({ machine }: { machine: Machine }) {
  const { t } = useTranslation('settings');
  const { size } = useFormat();
  const { engine, dataDir, databaseFile, freeBytes } = machine;
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="sm">
        {t('database.title')}
      </Title>
      <Facts
        rows={[
          [t('database.engine'), t(`database.engines.${engine}`)],
          ...(engine === 'sqlite' ? [[t('database.file'), <PathText key="file" path={databaseFile} />] as const] : []),
          [t('database.dataDir'), <PathText key="dir" path={dataDir} />],
          ...(freeBytes === null ? [] : [[t('database.free'), size(freeBytes)] as const]),
        ]}
      />
    </Paper>
  );
}

const isOfDatabase = ({ params }: Job) => typeof params.name !== 'string';

/** Integrity, sums and audit log, checked while requests are served. */
function Books() {
  const { t } = useTranslation('settings');
  const start = useJobStart(['jobs']);
  const isBusy = useIsBusy();
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" align="flex-start" gap="sm" mb="sm">
        <div style={{ flex: '1 1 260px' }}>
          <Title order={2}>{t('database.books')}</Title>
          <Text size="sm" c="dimmed">
            {t('database.booksHint')}
          </Text>
        </div>
        <Button
          variant="default"
          disabled={isBusy}
          loading={start.busy}
          onClick={() => void start.begin('/api/admin/verify')}
        >
          {t('database.check')}
        </Button>
      </Group>
      <FailureAlert failure={start.failure} />
      <JobPanel kinds={['verify']} belongs={isOfDatabase} done={(job) => <BookChecks result={job.result} />} />
    </Paper>
  );
}
