import { ActionIcon, Group, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Steps } from './table/use-steps.ts';

/** To the neighbours of what is open, in the order of the list. */
export function StepButtons({ steps: { previous, next } }: { steps: Steps }) {
  const { t } = useTranslation();
  return (
    <Group gap={4}>
      <Step icon={IconChevronLeft} label={t('previous')} keys="←" onStep={previous} />
      <Step icon={IconChevronRight} label={t('following')} keys="→" onStep={next} />
    </Group>
  );
}

interface StepProps {
  icon: typeof IconChevronLeft;
  label: string;
  keys: string;
  onStep: (() => void) | undefined;
}

function Step({ icon: Icon, label, keys, onStep }: StepProps) {
  return (
    <Tooltip label={`${label} (${keys})`}>
      <ActionIcon variant="default" aria-label={label} disabled={onStep === undefined} onClick={onStep}>
        <Icon size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
