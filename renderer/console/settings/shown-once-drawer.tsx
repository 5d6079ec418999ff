import { Alert, Drawer, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface ShownOnceDrawerProps {
  title: string;
  /** That this is shown once, and what follows from it. */
  once: string;
  onceText: string;
  onClose(): void;
  children: ReactNode;
}

/** Holds what is shown this once. It does not close by a slip: what is in it says when. */
export function ShownOnceDrawer({ title, once, onceText, onClose, children }: ShownOnceDrawerProps) {
  return (
    <Drawer
      opened
      onClose={onClose}
      closeOnEscape={false}
      closeOnClickOutside={false}
      withCloseButton={false}
      title={<Title order={2}>{title}</Title>}
      padding="md"
    >
      <Stack gap="md">
        <Alert color="orange" title={once}>
          {onceText}
        </Alert>
        {children}
      </Stack>
    </Drawer>
  );
}
