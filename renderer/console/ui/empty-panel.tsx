import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import css from './state-panel.module.css';

interface EmptyPanelProps {
  icon: ReactNode;
  title: string;
  text?: string;
  /** The one next step. */
  action?: ReactNode;
}

/** Empty is a moment to help: what would be here, and how it gets here. */
export function EmptyPanel({ icon, title, text, action }: EmptyPanelProps) {
  return (
    <Stack className={css.panel} align="center">
      <span className={css.quiet} aria-hidden>
        {icon}
      </span>
      <Title order={2}>{title}</Title>
      {text !== undefined && (
        <Text c="dimmed" ta="center">
          {text}
        </Text>
      )}
      {action}
    </Stack>
  );
}
