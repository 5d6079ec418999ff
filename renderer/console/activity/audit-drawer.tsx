import { Code, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../gateway/contract/audit.ts';
import { useFormat } from '../format/use-format.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { Facts } from '../ui/facts.tsx';
import { DetailDrawer } from './detail-drawer.tsx';
import { JsonBlock } from './json-block.tsx';
import { useAuditWords } from './use-audit-words.ts';

interface AuditDrawerProps {
  entry: AuditEntry;
  onClose(): void;
}

/** One act in full. */
export function AuditDrawer({ entry, onClose }: AuditDrawerProps) {
  const { t } = useTranslation(['activity', 'common']);
  const { time, exact } = useFormat();
  const words = useAuditWords();
  return (
    <DetailDrawer title={words.action(entry.action)} onClose={onClose}>
      <Stack gap="md">
        <Facts
          rows={[
            [t('columns.when'), time(entry.at)],
            [t('columns.who'), words.who(entry)],
            [t('columns.target'), entry.targetId === null ? '–' : words.target(entry)],
            ...(entry.targetName === null
              ? []
              : [
                  [
                    t('targetId'),
                    <span key="id">
                      {entry.targetId} <CopyText text={entry.targetId ?? ''} />
                    </span>,
                  ] as const,
                ]),
            [t('common:reason'), words.reason(entry) || '–'],
            [t('action'), <Code key="action">{entry.action}</Code>],
            [t('seq'), exact(entry.seq)],
          ]}
        />
        <JsonBlock title={t('details')} value={entry.details} />
        {entry.personal !== null && <JsonBlock title={t('personal')} value={entry.personal} />}
        <Group gap={4} wrap="nowrap">
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {t('hash', { hash: entry.hash })}
          </Text>
          <CopyText text={entry.hash} />
        </Group>
      </Stack>
    </DetailDrawer>
  );
}
