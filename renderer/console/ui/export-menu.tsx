import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExportRequest } from '../../../gateway/contract/exports.ts';
import type { Job } from '../../../gateway/contract/jobs.ts';
import type { Call } from '../api/http.ts';
import { useDownload } from '../api/use-download.ts';
import { useFormat } from '../format/use-format.ts';
import { useCommands } from '../frame/use-commands.ts';
import { useMay } from '../session/use-session.tsx';
import { tellDone, tellFailed } from './toasts.tsx';
import { useSave } from './use-save.ts';

interface ExportMenuProps {
  /** What is exported: the list's or report's name in the API. */
  type: ExportRequest['type'];
  /** The filters of the screen, so that the file holds what is seen. */
  filters: object;
  /** Names of the columns in the API, where not all are seen. */
  columns?: readonly string[] | undefined;
  /** How many rows the file will have; `isMore`: more than that. */
  rows?: { readonly total: number; readonly isMore?: boolean } | undefined;
}

const FORMATS = ['csv', 'xlsx', 'pdf'] as const;
/** From here on nobody has to keep the window open for it. */
const LONG = 10_000;
/** What the gateway puts into a file of a format at most. */
const MOST_ROWS = { csv: Number.POSITIVE_INFINITY, xlsx: 100_000, pdf: 2_000 };

/** What is seen, as a file. */
export function ExportMenu({ type, filters, columns, rows }: ExportMenuProps) {
  const { exact } = useFormat();
  const { t, i18n } = useTranslation(['reports', 'common']);
  const { download, isBusy } = useDownload();
  const saving = useSave({ stale: ['jobs', 'audit'] });
  const router = useRouter();
  const may = useMay();
  const isLong = rows !== undefined && (rows.isMore || rows.total > LONG) && may('admin');
  const take = async (format: (typeof FORMATS)[number]) => {
    const order: Call = { method: 'POST', body: { type, format, locale: i18n.language, filters, columns } };
    if (!isLong) return download('/api/admin/reports/export', order, `ia-solaris-${type}.${format}`);
    const job = await saving.save<Job>({ path: '/api/admin/reports/export/jobs', call: order });
    if (!job) return;
    const show = () => router.navigate({ to: '/activity', search: { part: 'jobs', open: job.id } });
    tellDone({ message: t('common:exportBegun'), undo: { label: t('common:exportShow'), run: show } });
  };
  useEffect(() => {
    if (saving.failure) tellFailed(saving.failure);
  }, [saving.failure]);
  useCommands(
    FORMATS.map((format) => ({
      id: `export.${format}`,
      label: t('exportAs', { format: format.toUpperCase() }),
      group: t('common:export'),
      run: () => void take(format),
    })),
  );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconDownload size={14} />} loading={isBusy || saving.busy}>
          {t('common:export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {rows && (
          <Menu.Label>
            {t(rows.isMore ? 'common:rowsMore' : 'common:rows', { count: rows.total, formatted: exact(rows.total) })}
            {isLong && ` · ${t('common:exportLong')}`}
          </Menu.Label>
        )}
        {FORMATS.map((format) => {
          const isTooMuch = rows !== undefined && rows.total > MOST_ROWS[format];
          return (
            <Menu.Item key={format} disabled={isTooMuch} onClick={() => void take(format)}>
              {t('exportAs', { format: format.toUpperCase() })}
              {isTooMuch && ` · ${t('common:rowsAtMost', { most: exact(MOST_ROWS[format]) })}`}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
