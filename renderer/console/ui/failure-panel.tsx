import { Button, Code, Stack, Text, Title } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyText } from './copy-text.tsx';
import css from './state-panel.module.css';

interface FailurePanelProps {
  title: string;
  next: string;
  /** In small print, to be copied. */
  cause?: string | null;
  onRetry?: () => void;
  action?: ReactNode;
}

/** Something could not be done or shown: what, and what to do now. */
export function FailurePanel({ title, next, cause = null, onRetry, action }: FailurePanelProps) {
  const { t } = useTranslation();
  return (
    <Stack className={css.panel} align="center" role="alert">
      <IconPlugConnectedX size={32} className={css.failed} aria-hidden />
      <Title order={2}>{title}</Title>
      <Text c="dimmed" ta="center">
        {next}
      </Text>
      {onRetry && (
        <Button variant="default" onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
      {action}
      {cause !== null && (
        <Text size="xs" c="dimmed" className={css.cause}>
          {t('technicalCause')}
          {': '}
          <Code>{cause}</Code> <CopyText text={cause} />
        </Text>
      )}
    </Stack>
  );
}
