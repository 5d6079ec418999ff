import { Badge, Group, Paper, Text, Title, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Plan } from '../../../gateway/contract/plans.ts';
import { useFormat } from '../format/use-format.ts';
import { Facts } from '../ui/facts.tsx';
import css from './plan-card.module.css';

interface PlanCardProps {
  plan: Plan;
  onOpen(): void;
}

const MODELS_SHOWN = 3;

/** One plan: what it allows, and who has it. */
export function PlanCard({ plan, onOpen }: PlanCardProps) {
  const { t } = useTranslation(['plans', 'common']);
  const { compact, exact } = useFormat();
  const { effectiveLimit, rateLimit, allowedModels, autoRenew } = plan;
  const rate = (value: number | null) => (value === null ? t('common:noLimit') : exact(value));
  const models = allowedModels ?? [];

  return (
    <Paper withBorder className={css.card}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <UnstyledButton data-opens className={css.open} onClick={onOpen}>
          <Title order={2}>{plan.name}</Title>
        </UnstyledButton>
        {!plan.builtIn && (
          <Badge variant="default" size="sm" tt="none" flex="none">
            {t('custom')}
          </Badge>
        )}
      </Group>
      <div>
        <Text className={css.limit} title={effectiveLimit === null ? undefined : exact(effectiveLimit)}>
          {effectiveLimit === null ? t('common:noLimit') : compact(effectiveLimit)}
        </Text>
        <Text size="sm" c="dimmed">
          {plan.monthlyLimit === 'inherit' ? t('tokensAMonthDefault') : t('tokensAMonth')}
        </Text>
      </div>
      <Facts
        rows={[
          [t('thresholds'), plan.thresholds.map((share) => t('percent', { share })).join(' · ')],
          [t('perMinute'), rate(rateLimit.perMinute)],
          [t('concurrent'), rate(rateLimit.concurrent)],
          [
            t('models'),
            allowedModels === null
              ? t('allModels')
              : models.length <= MODELS_SHOWN
                ? models.join(', ')
                : t('modelsMore', {
                    models: models.slice(0, MODELS_SHOWN).join(', '),
                    count: models.length - MODELS_SHOWN,
                  }),
          ],
          [
            t('autoRenew'),
            autoRenew === null
              ? t('autoRenewOff')
              : t('autoRenewShort', {
                  tokens: compact(autoRenew.tokens),
                  percent: autoRenew.belowPercent,
                  times: autoRenew.timesPerMonth,
                }),
          ],
        ]}
      />
      <Link to="/users" search={{ plan: [plan.id] }} className={css.users}>
        {t('common:users', { count: plan.users, formatted: exact(plan.users) })}
      </Link>
    </Paper>
  );
}
