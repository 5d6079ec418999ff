import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { User } from '../../../gateway/contract/users.ts';
import { QuotaBar } from '../../shared/ui/quota-bar.tsx';
import { useFormat } from '../format/use-format.ts';

interface UserQuotaProps {
  user: Pick<User, 'used' | 'held' | 'available' | 'credits' | 'usagePercent'>;
  size?: 'small' | 'large';
  thresholds?: readonly number[];
}

/** A user's quota as the bar that is the same everywhere, exact on hover. */
export function UserQuota({ user, size = 'small', thresholds = [] }: UserQuotaProps) {
  const { t } = useTranslation(['users', 'common']);
  const { compact, exact, percent } = useFormat();
  const { used, available, usagePercent } = user;
  const label =
    available === null
      ? t('barUnlimited', { used: exact(used) })
      : t('barLabel', { percent: percent(usagePercent), used: exact(used), left: exact(available) });
  const end = available === null ? t('common:noLimit') : compact(available);
  return (
    <Tooltip label={label}>
      <span>
        <QuotaBar figures={user} size={size} thresholds={thresholds} label={label} end={end} />
      </span>
    </Tooltip>
  );
}
