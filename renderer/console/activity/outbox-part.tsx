import { Group, MultiSelect, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Mail } from '../../../gateway/contract/mail.ts';
import { usePages } from '../api/pages.ts';
import { FilterField } from '../ui/filter-field.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { listColumns } from '../ui/table/list-table.tsx';
import { When } from '../ui/when.tsx';
import { ActivityList } from './activity-list.tsx';
import type { ActivityPartProps } from './activity-screen.tsx';
import { MAIL_STATUSES } from './activity-search.ts';
import { MailDrawer } from './mail-drawer.tsx';
import { MAIL_MEANINGS } from './meanings.ts';
import { useCodeWords } from './use-code-words.ts';

const column = listColumns<Mail>();

/** Mails that wait, were sent, or were given up. */
export function OutboxPart({ search, onChange, onOpen, onClear }: ActivityPartProps) {
  const { t } = useTranslation('activity');
  const words = useCodeWords();
  const filters = { status: search.status, search: search.search, user: search.user };
  const list = usePages<Mail>(['mail', 'outbox'], '/api/admin/outbox', filters);
  const columns = useMemo(
    () =>
      column.columns([
        column.display({
          id: 'at',
          header: t('columns.when'),
          cell: ({ row: { original: mail } }) => <When at={mail.createdAt} />,
        }),
        column.display({
          id: 'kind',
          header: t('columns.kind'),
          cell: ({ row: { original: mail } }) => <Text fw={600}>{words.mail(mail.kind)}</Text>,
        }),
        column.display({
          id: 'recipient',
          header: t('columns.recipient'),
          cell: ({ row: { original: mail } }) => mail.recipient ?? t('nobody'),
        }),
        column.display({
          id: 'status',
          header: t('columns.status'),
          cell: ({ row: { original: mail } }) => (
            <StatusBadge meaning={MAIL_MEANINGS[mail.status]}>{t(`mailStatuses.${mail.status}`)}</StatusBadge>
          ),
        }),
        column.display({
          id: 'error',
          header: t('columns.problem'),
          cell: ({ row: { original: mail } }) =>
            mail.lastError !== null && (
              <Text size="sm" c="dimmed" truncate maw={280}>
                {mail.lastError}
              </Text>
            ),
        }),
      ]),
    [t, words],
  );
  return (
    <>
      <Group gap="xs" align="flex-start" mb="xs">
        <FilterField label={t('searchMail')} value={search.search} onChange={(text) => onChange({ search: text })} />
        <MultiSelect
          aria-label={t('columns.status')}
          placeholder={search.status === undefined ? t('columns.status') : ''}
          w={260}
          clearable
          value={search.status ?? []}
          data={MAIL_STATUSES.map((value) => ({ value, label: t(`mailStatuses.${value}`) }))}
          onChange={(chosen) =>
            onChange({
              status: chosen.length === 0 ? undefined : MAIL_STATUSES.filter((value) => chosen.includes(value)),
            })
          }
        />
      </Group>
      <ActivityList
        list={list}
        filters={filters}
        columns={columns}
        caption={t('parts.outbox')}
        nameOf={(mail) => words.mail(mail.kind)}
        nothing={[t('noMail'), t('noMailText')]}
        openId={search.open}
        onOpen={onOpen}
        onClear={onClear}
        opensBy="kind"
      >
        {search.open !== undefined && <MailDrawer id={search.open} onClose={() => onOpen(undefined)} />}
      </ActivityList>
    </>
  );
}
