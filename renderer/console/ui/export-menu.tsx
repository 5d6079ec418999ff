import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useDownload } from '../api/use-download.ts';

interface ExportMenuProps {
  /** What is exported: the list's or report's name in the API. */
  type: 'usage' | 'users' | 'records' | 'ledger' | 'refusals' | 'quality';
  /** The filters of the screen, so that the file holds what is seen. */
  filters: object;
}

const FORMATS = ['csv', 'xlsx', 'pdf'] as const;

/** What is seen, as a file. */
export function ExportMenu({ type, filters }: ExportMenuProps) {
  const { t, i18n } = useTranslation(['reports', 'common']);
  const { download, isBusy } = useDownload();
  const take = (format: (typeof FORMATS)[number]) =>
    download(
      '/api/admin/reports/export',
      { method: 'POST', body: { type, format, locale: i18n.language, filters } },
      `ia-solaris-${type}.${format}`,
    );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconDownload size={14} />} loading={isBusy}>
          {t('common:export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map((format) => (
          <Menu.Item key={format} onClick={() => void take(format)}>
            {t('exportAs', { format: format.toUpperCase() })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
