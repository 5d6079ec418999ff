import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionMenu } from '../ui/action-menu.tsx';
import { PacketExport } from './packet-export.tsx';
import { PacketImport } from './packet-import.tsx';

/** Decisions on a machine without network: requests go out as a file, and come back decided. */
export function PacketMenu() {
  const { t } = useTranslation('requests');
  const [open, setOpen] = useState<'export' | 'import' | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <ActionMenu
        variant="default"
        rightSection={<IconChevronDown size={14} />}
        label={t('packets.menu')}
        group={t('packets.menu')}
        actions={[
          { id: 'packets.export', label: t('packets.export'), run: () => setOpen('export') },
          { id: 'packets.import', label: t('packets.import'), run: () => setOpen('import') },
        ]}
      />
      {open === 'export' && <PacketExport onClose={close} />}
      {open === 'import' && <PacketImport onClose={close} />}
    </>
  );
}
