import { Alert, Code, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyText } from './copy-text.tsx';
import type { Explained } from './explain-failure.ts';

/** What was refused, at the head of the form that asked for it. */
export function FailureAlert({ failure }: { failure: Explained | null }) {
  const { t } = useTranslation();
  const alert = useRef<HTMLDivElement>(null);
  // The button may be a screen below.
  useEffect(() => {
    if (failure) alert.current?.scrollIntoView({ block: 'nearest' });
  }, [failure]);
  if (!failure) return null;
  return (
    <Alert ref={alert} color="red" title={failure.title} role="alert">
      {failure.next}
      {failure.cause !== null && (
        <Text size="xs" mt={4} style={{ overflowWrap: 'anywhere' }}>
          {t('technicalCause')}
          {': '}
          <Code>{failure.cause}</Code> <CopyText text={failure.cause} />
        </Text>
      )}
    </Alert>
  );
}
