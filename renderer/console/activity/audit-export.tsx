import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Query } from '../api/http.ts';
import { useDownload } from '../api/use-download.ts';
import { ActionMenu } from '../ui/action-menu.tsx';

/** The entries that are seen, as a file. */
export function AuditExport({ filters }: { filters: Query }) {
  const { t } = useTranslation(['reports', 'common']);
  const { download, isBusy } = useDownload();
  return (
    <ActionMenu
      size="sm"
      variant="default"
      leftSection={<IconDownload size={14} />}
      loading={isBusy}
      label={t('common:export')}
      group={t('common:export')}
      actions={(['csv', 'json'] as const).map((format) => ({
        id: `audit.${format}`,
        label: t('exportAs', { format: format.toUpperCase() }),
        run: () =>
          void download('/api/admin/audit/export', { query: { ...filters, format } }, `ia-solaris-audit.${format}`),
      }))}
    />
  );
}
