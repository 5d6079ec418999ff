import { Drawer, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface DetailDrawerProps {
  title: string;
  onClose(): void;
  children: ReactNode;
}

/** One row in full, beside the list. */
export function DetailDrawer({ title, onClose, children }: DetailDrawerProps) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened
      onClose={onClose}
      closeButtonProps={{ 'aria-label': t('close') }}
      title={<Title order={2}>{title}</Title>}
      padding="md"
    >
      {children}
    </Drawer>
  );
}
