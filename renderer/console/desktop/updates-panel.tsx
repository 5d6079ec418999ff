import { Button, Group, Paper, Progress, ScrollArea, Select, Stack, Switch, Text, Title } from '@mantine/core';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type {
  Answer,
  DesktopApi,
  Release,
  ReleaseChannel,
  UpdateState,
  UpdateStep,
} from '../../../electron/contract.ts';
import { useFormat } from '../format/use-format.ts';
import css from './updates-panel.module.css';

const CHANNELS: readonly ReleaseChannel[] = ['latest', 'beta'];

interface PartProps {
  desktop: DesktopApi;
  take(answer: Answer<UpdateState>): void;
}

/** Newer versions of the app: looked for, fetched and installed one by one, each when asked for. Desktop window only. */
export function UpdatesPanel({ desktop }: { desktop: DesktopApi }) {
  const { t } = useTranslation('desktop');
  const [state, setState] = useState<UpdateState | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const take = useCallback((answer: Answer<UpdateState>) => {
    if (answer.ok) setState(answer.data);
    setProblem(answer.ok ? null : answer.message);
  }, []);
  useEffect(() => {
    void desktop.updateState().then(take);
    return desktop.onUpdateChanged(setState);
  }, [desktop, take]);

  if (!state) return null;
  const { step, choices } = state;
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="sm">
        {t('updates.title')}
      </Title>
      <Stack gap="md" align="flex-start">
        <Text size="sm">{t('updates.version', { version: state.version })}</Text>
        <StepPart step={step} desktop={desktop} take={take} />
        {step.kind !== 'off' && (
          <>
            <Switch
              label={t('updates.looksByItself')}
              description={t('updates.looksByItselfHint')}
              checked={choices.looksByItself}
              onChange={({ currentTarget: { checked } }) =>
                void desktop.chooseUpdates({ looksByItself: checked }).then(take)
              }
            />
            <Select
              label={t('updates.channel')}
              data={CHANNELS.map((value) => ({ value, label: t(`updates.channels.${value}`) }))}
              value={choices.channel}
              allowDeselect={false}
              onChange={(value) => {
                const channel = CHANNELS.find((one) => one === value);
                if (channel) void desktop.chooseUpdates({ channel }).then(take);
              }}
            />
          </>
        )}
        {problem !== null && <Failure text={t('notChanged')} cause={problem} />}
      </Stack>
    </Paper>
  );
}

function StepPart({ step, desktop, take }: PartProps & { step: UpdateStep }) {
  const { t } = useTranslation('desktop');
  const format = useFormat();
  const check = (
    <Button size="xs" variant="default" onClick={() => void desktop.checkForUpdate().then(take)}>
      {t('updates.check')}
    </Button>
  );
  switch (step.kind) {
    case 'off':
      return (
        <Text size="sm" c="dimmed">
          {t(`updates.off.${step.why}`)}
        </Text>
      );
    case 'idle':
      return check;
    case 'checking':
      return (
        <Text size="sm" role="status">
          {t('updates.checking')}
        </Text>
      );
    case 'current':
      return (
        <Group>
          <Text size="sm" role="status">
            {t('updates.current', { when: format.ago(step.checkedAt) })}
          </Text>
          {check}
        </Group>
      );
    case 'available':
      return (
        <Offer release={step.release}>
          <Button size="xs" onClick={() => void desktop.downloadUpdate().then(take)}>
            {t('updates.download')}
          </Button>
        </Offer>
      );
    case 'downloading':
      return (
        <Offer release={step.release}>
          <Progress w={280} value={step.percent} aria-label={t('updates.progress', { percent: step.percent })} />
          <Text size="sm">{t('updates.progress', { percent: step.percent })}</Text>
          <Button size="xs" variant="default" onClick={() => void desktop.cancelUpdate().then(take)}>
            {t('updates.cancel')}
          </Button>
        </Offer>
      );
    case 'ready':
      return (
        <Offer release={step.release}>
          <Button size="xs" onClick={() => void desktop.installUpdate().then(take)}>
            {t('updates.install')}
          </Button>
          <Text size="sm" c="dimmed">
            {t('updates.installHint')}
          </Text>
        </Offer>
      );
    case 'installing':
      return (
        <Text size="sm" role="status">
          {t('updates.installing')}
        </Text>
      );
    case 'failed':
      return (
        <>
          <Failure text={t(`updates.failed.${step.during}`)} cause={step.message} />
          {check}
        </>
      );
  }
}

/** A version that can be had: what is new in it, and what can be done with it now. */
function Offer({ release, children }: { release: Release; children: ReactNode }) {
  const { t } = useTranslation('desktop');
  const format = useFormat();
  return (
    <Stack gap="xs" align="flex-start" w="100%">
      <Text fw={600} role="status">
        {t('updates.available', { version: release.version })}
        {release.publishedAt !== null && ` · ${format.date(Date.parse(release.publishedAt))}`}
      </Text>
      {release.notes !== '' && (
        <ScrollArea.Autosize mah={240} w="100%" aria-label={t('updates.notes')}>
          <Text size="sm" className={css.notes}>
            {release.notes}
          </Text>
        </ScrollArea.Autosize>
      )}
      <Group>{children}</Group>
    </Stack>
  );
}

function Failure({ text, cause }: { text: string; cause: string }) {
  return (
    <Text size="sm" role="alert">
      {text}{' '}
      <Text span c="dimmed">
        {cause}
      </Text>
    </Text>
  );
}
