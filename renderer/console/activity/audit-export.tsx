import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Query } from '../api/http.ts';
import { useDownload } from '../api/use-download.ts';

/** The entries that are seen, as a file. */
export function AuditExport({ filters }: { filters: Query }) {
  const { t } = useTranslation(['activity', 'common']);
  const { download, isBusy } = useDownload();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={14} />} loading={isBusy}>
          {t('common:export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(['csv', 'json'] as const).map((format) => (
          <Menu.Item
            key={format}
            onClick={() =>
              void download('/api/admin/audit/export', { query: { ...filters, format } }, `ia-solaris-audit.${format}`)
            }
          >
            {format.toUpperCase()}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
