import { Group, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { QuotaBar } from '../../shared/ui/quota-bar.tsx';
import { useFormat } from '../format/use-format.ts';

interface CapBarProps {
  label: string;
  used: number;
  held: number;
  /** Null = none. */
  cap: number | null;
  show(value: number): string;
  exact(value: number): string;
}

/** A shared cap as the same bar that quotas have. */
export function CapBar({ label, used, held, cap, show, exact }: CapBarProps) {
  const { t } = useTranslation(['plans', 'common']);
  const { percent } = useFormat();
  const left = cap === null ? null : Math.max(0, cap - used - held);
  const share = cap === null || cap === 0 ? 0 : (used / cap) * 100;
  const words =
    cap === null
      ? t('capNone', { used: exact(used) })
      : t('capWords', { used: exact(used), cap: exact(cap), percent: percent(share) });
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="xs" c="dimmed">
          {label}
        </Text>
        <Text size="sm" title={exact(used)}>
          {cap === null ? show(used) : t('usedOf', { used: show(used), cap: show(cap) })}
        </Text>
      </Group>
      {left === null ? (
        <Text size="xs" c="dimmed">
          {t('noCap')}
        </Text>
      ) : (
        <Tooltip label={words}>
          <span>
            <QuotaBar
              figures={{ used, held, available: left, credits: 0 }}
              label={words}
              end={t('capLeft', { left: show(left) })}
            />
          </span>
        </Tooltip>
      )}
    </div>
  );
}
