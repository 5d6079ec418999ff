import { Drawer, Group, Title } from '@mantine/core';
import { createContext, type ReactNode, useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { useSubject } from '../frame/subject.ts';
import { StepButtons } from '../ui/step-buttons.tsx';
import type { Steps } from '../ui/table/use-steps.ts';

interface DetailDrawerProps {
  title: string;
  onClose(): void;
  children: ReactNode;
}

/** The neighbours of what is open, from the list that it is a row of. */
export const StepsContext = createContext<Steps>({ previous: undefined, next: undefined });

/** One row in full, beside the list. */
export function DetailDrawer({ title, onClose, children }: DetailDrawerProps) {
  const { t } = useTranslation();
  const steps = useContext(StepsContext);
  useSubject(title);
  return (
    <Drawer
      opened
      onClose={onClose}
      closeButtonProps={{ 'aria-label': t('close') }}
      title={<Title order={2}>{title}</Title>}
      padding="md"
    >
      <Group mb="sm">
        <StepButtons steps={steps} />
      </Group>
      {children}
    </Drawer>
  );
}
