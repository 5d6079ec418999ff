import { Button, Code, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isPostgresUrl } from '../../../gateway/contract/formats.ts';
import type { Job } from '../../../gateway/contract/jobs.ts';
import type { Machine } from '../../../gateway/contract/machine.ts';
import { useJobs } from '../api/jobs.ts';
import { useFormat } from '../format/use-format.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { Facts } from '../ui/facts.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { UnsavedGuard } from '../ui/unsaved-guard.tsx';
import { JobPanel, useIsBusy } from './job-panel.tsx';
import { useJobStart } from './use-job-start.ts';

/** Carries all data to Postgres, or back to SQLite, proves that it arrived, and changes over. */
export function MovePanel({ machine }: { machine: Machine }) {
  const { t } = useTranslation('settings');
  const [url, setUrl] = useState('');
  const [error, setError] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const refuse = (message: string) => {
    setError(message);
    input.current?.focus();
  };
  const isBusy = useIsBusy();
  // The address is kept until the data is there: a move that fails is tried again with it.
  const [begun, setBegun] = useState<string | null>(null);
  const isThere = useJobs().data?.items.some(({ id, status }) => id === begun && status === 'done') ?? false;
  if (isThere && url !== '') setUrl('');
  const start = useJobStart(['jobs', 'audit'], (field, message) => {
    if (field !== 'to') return false;
    refuse(message);
    return true;
  });
  const toPostgres = machine.engine === 'sqlite';

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const to = toPostgres ? url.trim() : `sqlite:${machine.databaseFile}`;
    if (toPostgres && !isPostgresUrl(to)) {
      refuse(t('database.urlNeeded'));
      return;
    }
    setError(null);
    const job = await start.begin('/api/admin/migrate', { to });
    if (job) setBegun(job.id);
  };
  return (
    <Paper withBorder p="md">
      <UnsavedGuard isDirty={() => toPostgres && url !== ''} />
      <Title order={2} mb={4}>
        {t(toPostgres ? 'database.toPostgres' : 'database.toSqlite')}
      </Title>
      <Text size="sm" c="dimmed">
        {t(toPostgres ? 'database.toPostgresHint' : 'database.toSqliteHint')}
      </Text>
      <List size="sm" my="sm">
        <List.Item>{t('database.movePause')}</List.Item>
        <List.Item>{t('database.moveProof')}</List.Item>
        <List.Item>{t(machine.restarts ? 'database.moveRestart' : 'database.moveRestartSelf')}</List.Item>
      </List>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="sm">
          <FailureAlert failure={start.failure} />
          {toPostgres ? (
            <PasswordField
              ref={input}
              data-path="to"
              label={t('database.url')}
              description={t('database.urlHint')}
              placeholder="postgres://solaris:…@db.example.com:5432/solaris"
              maw={640}
              autoComplete="off"
              value={url}
              error={error}
              onChange={({ currentTarget }) => {
                setUrl(currentTarget.value);
                setError(null);
              }}
            />
          ) : (
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {t('database.toFile')} <Code>{machine.databaseFile}</Code> <CopyText text={machine.databaseFile} />
            </Text>
          )}
          <Group>
            <Button type="submit" variant="default" disabled={isBusy} loading={start.busy}>
              {t('database.move')}
            </Button>
          </Group>
        </Stack>
      </form>
      <Stack mt="md">
        <JobPanel kinds={['migrate']} done={(job) => <Proof job={job} />} />
      </Stack>
    </Paper>
  );
}

/** The figures that were the same on both sides when it changed over. */
function Proof({ job }: { job: Job }) {
  const { t } = useTranslation('settings');
  const { exact } = useFormat();
  const { rows, sums, aside } = job.result ?? {};
  const figures = typeof sums === 'object' && sums !== null ? (sums as Record<string, unknown>) : {};
  const figure = (value: unknown): string => (typeof value === 'number' ? exact(value) : '–');
  return (
    <>
      <Text size="sm" mb="xs">
        {t('database.proven')}
      </Text>
      <Facts
        rows={[
          [t('database.proof.rows'), figure(rows)],
          [t('database.proof.users'), figure(figures.users)],
          [t('database.proof.credits'), figure(figures.credits)],
          [t('database.proof.charged'), figure(figures.chargedTokens)],
        ]}
      />
      {typeof aside === 'string' && (
        <Text size="sm" mt="xs" style={{ overflowWrap: 'anywhere' }}>
          {t('database.aside')} <Code>{aside}</Code> <CopyText text={aside} />
        </Text>
      )}
    </>
  );
}
