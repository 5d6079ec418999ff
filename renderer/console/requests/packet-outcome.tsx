import { Group, List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImportAnswer } from '../../../gateway/contract/packets.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { usePacketWords } from './use-packet-words.ts';

/** What became of a file of decisions: what was applied, and each that was not, with the reason. */
export function PacketOutcome({ answer: { applied, refused } }: { answer: ImportAnswer }) {
  const { t } = useTranslation('requests');
  const words = usePacketWords();
  return (
    <Stack gap="sm" role="status">
      <Text fw={600}>{t('packets.applied', { count: applied.length })}</Text>
      {applied.map(({ id, ticket, status }) => (
        <Group key={id} gap="xs">
          <Text size="sm">{ticket}</Text>
          <StatusBadge meaning={status === 'approved' ? 'good' : 'quiet'}>{t(`statuses.${status}`)}</StatusBadge>
        </Group>
      ))}
      {refused.length > 0 && (
        <>
          <Text fw={600}>{t('packets.refused', { count: refused.length })}</Text>
          <List size="sm">
            {refused.map((one) => (
              <List.Item key={one.id} style={{ overflowWrap: 'anywhere' }}>
                {`${one.ticket ?? one.id}: ${words.decision(one)}`}
              </List.Item>
            ))}
          </List>
        </>
      )}
    </Stack>
  );
}
