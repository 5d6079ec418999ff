import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PacketExport } from './packet-export.tsx';
import { PacketImport } from './packet-import.tsx';

/** Decisions on a machine without network: requests go out as a file, and come back decided. */
export function PacketMenu() {
  const { t } = useTranslation('requests');
  const [open, setOpen] = useState<'export' | 'import' | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" size="xs" rightSection={<IconChevronDown size={14} />}>
            {t('packets.menu')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setOpen('export')}>{t('packets.export')}</Menu.Item>
          <Menu.Item onClick={() => setOpen('import')}>{t('packets.import')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open === 'export' && <PacketExport onClose={close} />}
      {open === 'import' && <PacketImport onClose={close} />}
    </>
  );
}
