import type { ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { FailurePanel } from '../ui/failure-panel.tsx';

/** A screen failed: the frame stays, and says what to do. */
export function CrashPanel({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation('frame');
  return (
    <FailurePanel
      title={t('crashTitle')}
      next={t('crashText')}
      cause={error instanceof Error ? error.message : String(error)}
      onRetry={reset}
    />
  );
}
