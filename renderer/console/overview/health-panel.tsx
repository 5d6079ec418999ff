import { Group, Paper, SimpleGrid, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Locale, messages } from '../../shared/i18n/locale.ts';
import { StatusMark } from '../../shared/ui/status-mark.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import css from './health-panel.module.css';
import type { HealthView } from './health-view.ts';
import { PartCard } from './part-card.tsx';

interface HealthProps {
  view: HealthView;
  locale: Locale;
}

/** The answer at the top: is everything fine? */
export function HealthHeadline({ view, locale, children }: HealthProps & { children: ReactNode }) {
  const status = view.mood === 'unreachable' ? 'unhealthy' : view.mood;
  return (
    <Paper withBorder className={css.headline} data-mood={view.mood} aria-busy={view.mood === 'loading'}>
      <Group gap="sm" role="status" wrap="nowrap" align="flex-start">
        {status !== 'loading' && <StatusMark status={status} size={26} />}
        <Title order={2} className={css.answer}>
          {view.answer}
        </Title>
      </Group>
      {children}
      {view.advice !== null && view.mood !== 'healthy' && <Text>{view.advice}</Text>}
      {view.technicalCause !== null && (
        <Text size="xs" c="dimmed">
          {messages[locale].technicalCause}
          {': '}
          <code>{view.technicalCause}</code> <CopyText text={view.technicalCause} />
        </Text>
      )}
    </Paper>
  );
}

/** The parts of the gateway, one by one. */
export function HealthParts({ view, locale }: HealthProps) {
  const { t } = useTranslation('overview');
  return (
    <Paper withBorder p="md" h="100%" component="section" aria-label={messages[locale].partsLabel}>
      <Title order={2} mb="sm">
        {t('health')}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        {view.parts.map((part) => (
          <PartCard key={part.name} part={part} locale={locale} />
        ))}
      </SimpleGrid>
    </Paper>
  );
}
