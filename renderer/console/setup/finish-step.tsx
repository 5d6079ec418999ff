import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '../ui/status-badge.tsx';
import css from './setup-screen.module.css';
import type { SetupPlace } from './setup-search.ts';
import { type SetupFacts, STEPS, type StepState, stateOf } from './setup-steps.ts';

const MEANINGS = { done: 'good', skipped: 'quiet', open: 'warning' } as const satisfies Record<StepState, string>;

interface FinishStepProps {
  facts: SetupFacts;
  busy: boolean;
  onFinish(): Promise<boolean>;
  onGo(place: SetupPlace): void;
}

/** What is set up and what is not; from here on the set-up is not offered any more, and stays within reach. */
export function FinishStep({ facts, busy, onFinish, onGo }: FinishStepProps) {
  const { t } = useTranslation('setup');
  const navigate = useNavigate();
  const isAllDone = STEPS.every((step) => stateOf(step, facts) === 'done');
  const finish = async () => {
    if (await onFinish()) void navigate({ to: '/' });
  };
  return (
    <>
      <Title order={2} className={css.title}>
        {t(isAllDone ? 'finish.allDone' : 'finish.title')}
      </Title>
      <Text c="dimmed" mb="md" maw={720}>
        {t(isAllDone ? 'finish.allDoneText' : 'finish.text')}
      </Text>
      <Stack gap="xs">
        {STEPS.map((step) => {
          const state = stateOf(step, facts);
          return (
            <Paper key={step} withBorder px="md" py="sm">
              <Group justify="space-between" gap="xs">
                <Group gap="sm">
                  <Text fw={600}>{t(`steps.${step}.name`)}</Text>
                  <StatusBadge meaning={MEANINGS[state]}>{t(`states.${state}`)}</StatusBadge>
                </Group>
                {state !== 'done' && (
                  <Button size="xs" variant="default" onClick={() => onGo(step)}>
                    {t('finish.goTo')}
                  </Button>
                )}
              </Group>
            </Paper>
          );
        })}
      </Stack>
      <Paper withBorder className={css.foot}>
        <Group justify="space-between" gap="sm">
          <Text size="sm" c="dimmed" style={{ flex: '1 1 260px' }}>
            {t('finish.later')}
          </Text>
          <Button loading={busy} onClick={() => void finish()}>
            {t('finish.button')}
          </Button>
        </Group>
      </Paper>
    </>
  );
}
