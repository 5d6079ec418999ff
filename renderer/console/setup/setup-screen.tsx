import { Button, Group, Paper, Progress, Text, Title } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../session/use-session.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { AdministratorStep } from './administrator-step.tsx';
import { DataStep } from './data-step.tsx';
import { FinishStep } from './finish-step.tsx';
import { LibrechatStep } from './librechat-step.tsx';
import { MailStep } from './mail-step.tsx';
import { PlanStep } from './plan-step.tsx';
import css from './setup-screen.module.css';
import type { SetupPlace } from './setup-search.ts';
import { firstOpen, isKnown, type SetupFacts, STEPS, type StepId, stepAfter, stepBefore } from './setup-steps.ts';
import { StepList } from './step-list.tsx';
import { UpstreamStep } from './upstream-step.tsx';
import { useSetup } from './use-setup.ts';

const route = getRouteApi('/setup');

/** From nothing to the first metered request, step by step. Each may be skipped, and made up for later. */
export function SetupScreen() {
  const { t } = useTranslation('setup');
  const may = useMay();
  const setup = useSetup();
  if (!may('admin')) return <EmptyPanel icon={null} title={t('notAllowed')} text={t('notAllowedText')} />;
  return <QueryState query={setup.query}>{(facts) => <Steps facts={facts} setup={setup} />}</QueryState>;
}

function Steps({ facts, setup }: { facts: SetupFacts; setup: ReturnType<typeof useSetup> }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const place: SetupPlace = search.step ?? firstOpen(facts) ?? 'finish';
  const go = (step: SetupPlace) => void navigate({ search: { step } });
  const leave = async (step: StepId, skipped: boolean) => {
    if (await setup.leaveStep(step, skipped)) go(stepAfter(step) ?? 'finish');
  };
  return (
    <div className={css.screen}>
      <StepList facts={facts} place={place} onGo={go} />
      <div className={css.body}>
        <FailureAlert failure={setup.failure} />
        {place === 'finish' ? (
          <FinishStep facts={facts} busy={setup.busy} onFinish={setup.finish} onGo={go} />
        ) : (
          <Step key={place} step={place} facts={facts} busy={setup.busy} onGo={go} onLeave={leave} />
        )}
      </div>
    </div>
  );
}

interface StepProps {
  step: StepId;
  facts: SetupFacts;
  busy: boolean;
  onGo(place: SetupPlace): void;
  onLeave(step: StepId, skipped: boolean): Promise<void>;
}

function Step({ step, facts, busy, onGo, onLeave }: StepProps) {
  const { t } = useTranslation(['setup', 'common']);
  const before = stepBefore(step);
  // What the gateway cannot know by itself is done when somebody says so.
  const isDone = !isKnown(step) || facts.done[step];
  const number = STEPS.indexOf(step) + 1;
  return (
    <>
      <div className={css.narrow}>
        <Text size="sm" c="dimmed">
          {t('stepOf', { number, count: STEPS.length })}
        </Text>
        <Progress value={(100 * number) / STEPS.length} size="sm" aria-label={t('progress')} />
      </div>
      <Title order={2} className={css.title}>
        {t(`steps.${step}.title`)}
      </Title>
      <Text c="dimmed" mb="md" maw={720}>
        {t(`steps.${step}.text`)}
      </Text>
      <Content step={step} isDone={isDone} />
      <Paper withBorder className={css.foot}>
        <Group justify="space-between">
          {before ? (
            <Button variant="default" onClick={() => onGo(before)}>
              {t('common:back')}
            </Button>
          ) : (
            <span />
          )}
          {isDone ? (
            <Button loading={busy} onClick={() => void onLeave(step, false)}>
              {t('continue')}
            </Button>
          ) : (
            <Button variant="default" loading={busy} onClick={() => void onLeave(step, true)}>
              {t('skip')}
            </Button>
          )}
        </Group>
        {isKnown(step) && (
          <Text size="sm" ta="right" mt={6} c={isDone ? 'var(--good)' : 'dimmed'}>
            {t(`outcomes.${step}.${isDone ? 'done' : 'skipped'}`)}
          </Text>
        )}
      </Paper>
    </>
  );
}

/** Once a step is done the next step is what matters, and its own button is no longer the main one. */
function Content({ step, isDone }: { step: StepId; isDone: boolean }) {
  switch (step) {
    case 'data':
      return <DataStep />;
    case 'upstream':
      return <UpstreamStep />;
    case 'librechat':
      return <LibrechatStep isDone={isDone} />;
    case 'administrator':
      return <AdministratorStep isDone={isDone} />;
    case 'mail':
      return <MailStep />;
    case 'plan':
      return <PlanStep />;
  }
}
