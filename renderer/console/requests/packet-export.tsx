import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MOST_OF } from '../../../gateway/contract/bounds.ts';
import { useDownload } from '../api/use-download.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import type { Explained } from '../ui/explain-failure.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { Fingerprint } from '../ui/fingerprint.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { tellDone } from '../ui/toasts.tsx';
import { usePacketWords } from './use-packet-words.ts';

const HOURS_A_DAY = 24;
const DAYS = [1, 3, 7, 30] as const;

/** All that waits as a signed file, and the fingerprint that approvers compare with it. */
export function PacketExport({ onClose }: { onClose(): void }) {
  const { t } = useTranslation(['requests', 'common']);
  const session = useSession();
  const { exact } = useFormat();
  const words = usePacketWords();
  const [days, setDays] = useState('3');
  const [failure, setFailure] = useState<Explained | null>(null);
  const { download, isBusy } = useDownload(setFailure);
  const own = useQuery({
    queryKey: ['packet-installation'],
    queryFn: ({ signal }) =>
      session.call<{ fingerprint: string }>('/api/admin/packets/installation', {
        signal,
      }),
  });
  const waiting = useQuery({
    queryKey: ['requests', 'packet'],
    queryFn: ({ signal }) =>
      session.call<{ total: number }>('/api/admin/requests?kind=credits&status=open,asked&limit=1', { signal }),
  });
  const total = waiting.data?.total ?? 0;
  const take = async () => {
    setFailure(null);
    const body = { hours: Number(days) * HOURS_A_DAY };
    const call = { method: 'POST', body } as const;
    if (!(await download('/api/admin/packets/export', call, 'ia-solaris-requests.solaris'))) return;
    tellDone({ message: t('packets.exported') });
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t('packets.exportTitle')}>
      <Stack gap="sm">
        <FailureAlert failure={words.failure(failure)} />
        <Text size="sm">{t('packets.exportText')}</Text>
        {total > MOST_OF.packetRequests && (
          <Text size="sm" fw={600} role="status">
            {t('packets.onlyOldest', { most: exact(MOST_OF.packetRequests), total: exact(total) })}
          </Text>
        )}
        <Select
          label={t('packets.days')}
          value={days}
          allowDeselect={false}
          data={DAYS.map((count) => ({
            value: String(count),
            label: t('packets.daysCount', { count }),
          }))}
          onChange={(value) => value !== null && setDays(value)}
        />
        <div>
          <Text size="sm" fw={600}>
            {t('packets.fingerprint')}
          </Text>
          <Text size="xs" c="dimmed" mb={4}>
            {t('packets.fingerprintHint')}
          </Text>
          <QueryState query={own}>{({ fingerprint }) => <Fingerprint value={fingerprint} />}</QueryState>
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common:cancel')}
          </Button>
          <Button loading={isBusy} onClick={() => void take()}>
            {t('packets.download')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
