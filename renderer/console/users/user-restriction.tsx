import { Group, Alert as Notice, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { User } from '../../../gateway/contract/users.ts';
import { RevertButton } from '../alerts/anomaly-actions.tsx';
import { useFormat } from '../format/use-format.ts';
import { useMay } from '../session/use-session.tsx';
import { useUserProfile } from './use-user-profile.ts';

/** What keeps a user from working as usual now, why, until when, and the way to end it. */
export function UserRestriction({ user }: { user: User }) {
  const { t } = useTranslation('users');
  const { moment } = useFormat();
  const may = useMay();
  const profile = useUserProfile(user.id);
  const isSuspended = user.status === 'suspended';
  const rate = profile?.temporaryRate ?? null;
  if (!profile || (!isSuspended && rate === null)) return null;
  const { statusReason, suspendedUntil, suspendedByAlert } = profile;
  const alertId = isSuspended ? suspendedByAlert : (rate?.alertId ?? null);
  const sentence = isSuspended
    ? suspendedUntil === null
      ? t('restriction.suspended')
      : t('restriction.suspendedUntil', { until: moment(suspendedUntil) })
    : t('restriction.limited', { count: rate?.perMinute ?? 0, until: moment(rate?.until ?? 0) });
  return (
    <Notice color="orange" variant="light" icon={<IconLock size={18} />} mb="md">
      <Group justify="space-between" gap="sm">
        <Stack gap={2}>
          <Text size="sm">{sentence}</Text>
          {isSuspended && statusReason !== null && (
            <Text size="sm" c="dimmed">
              {t('restriction.reason', { reason: statusReason })}
            </Text>
          )}
        </Stack>
        {alertId !== null && may('admin') && (
          <RevertButton alertId={alertId} inForce={isSuspended ? 'suspend' : 'limit'} />
        )}
      </Group>
    </Notice>
  );
}
