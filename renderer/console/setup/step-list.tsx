import { UnstyledButton } from '@mantine/core';
import { IconCheck, IconFlag } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import css from './setup-screen.module.css';
import type { SetupPlace } from './setup-search.ts';
import { type SetupFacts, STEPS, stateOf } from './setup-steps.ts';

interface StepListProps {
  facts: SetupFacts;
  place: SetupPlace;
  onGo(place: SetupPlace): void;
}

/** All steps and how far each is; every one of them can be gone to. */
export function StepList({ facts, place, onGo }: StepListProps) {
  const { t } = useTranslation('setup');
  return (
    <nav aria-label={t('progress')}>
      <ol className={css.list}>
        {STEPS.map((step, index) => {
          const state = stateOf(step, facts);
          return (
            <li key={step}>
              <UnstyledButton
                className={css.entry}
                aria-current={step === place ? 'step' : undefined}
                onClick={() => onGo(step)}
              >
                <span className={css.mark} data-state={state} aria-hidden>
                  {state === 'done' ? <IconCheck size={14} stroke={2.5} /> : index + 1}
                </span>
                <span className={css.names}>
                  <span>{t(`steps.${step}.name`)}</span>
                  <span className={css.state}>{t(`states.${state}`)}</span>
                </span>
              </UnstyledButton>
            </li>
          );
        })}
        <li>
          <UnstyledButton
            className={css.entry}
            aria-current={place === 'finish' ? 'step' : undefined}
            onClick={() => onGo('finish')}
          >
            <span className={css.mark} aria-hidden>
              <IconFlag size={14} />
            </span>
            <span>{t('finish.name')}</span>
          </UnstyledButton>
        </li>
      </ol>
    </nav>
  );
}
