import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { MAIL_COLUMNS } from '../../../gateway/contract/exports.ts';
import type { Mail } from '../../../gateway/contract/mail.ts';
import { usePages } from '../api/pages.ts';
import { ExportMenu } from '../ui/export-menu.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { listColumns } from '../ui/table/list-table.tsx';
import { exportedColumns, useColumns } from '../ui/table/use-columns.ts';
import { When } from '../ui/when.tsx';
import { ActivityBar } from './activity-bar.tsx';
import { ActivityList } from './activity-list.tsx';
import type { ActivityPartProps } from './activity-screen.tsx';
import { MailDrawer } from './mail-drawer.tsx';
import { MAIL_MEANINGS } from './meanings.ts';
import { useActivityFields } from './use-activity-fields.ts';
import { useCodeWords } from './use-code-words.ts';

const column = listColumns<Mail>();
/** Those that give way where there is little room. */
const EXTRAS = ['error'];
/** What each column is in a file. */
const FILES: Record<string, readonly (typeof MAIL_COLUMNS)[number][]> = {
  at: ['at'],
  recipient: ['recipient'],
  status: ['status', 'attempts', 'sent'],
  error: ['problem'],
};

/** Mails that wait, were sent, or were given up. */
export function OutboxPart({ search, onFilter, onOpen, onClear }: ActivityPartProps) {
  const { t } = useTranslation('activity');
  const words = useCodeWords();
  const filters = { status: search.status, search: search.search, user: search.user };
  const fields = useActivityFields();
  const shown = useColumns('activity.outbox', EXTRAS);
  const list = usePages<Mail>(['mail', 'outbox'], '/api/admin/outbox', filters, true);
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
      <ActivityBar
        part="outbox"
        search={search}
        fields={fields.outbox}
        placeholder={t('hints.outbox')}
        onFilter={onFilter}
      >
        <ExportMenu
          type="outbox"
          filters={filters}
          columns={exportedColumns(['id', 'kind'], FILES, shown.unwanted)}
          rows={{ total: list.total }}
        />
      </ActivityBar>
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
        table="activity.outbox"
        shown={shown}
        opensBy="kind"
      >
        {search.open !== undefined && <MailDrawer id={search.open} onClose={() => onOpen(undefined)} />}
      </ActivityList>
    </>
  );
}
