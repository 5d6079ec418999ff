import { Button, Menu } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../frame/use-commands.ts';
import type { Columns } from './use-columns.ts';

interface ColumnMenuProps {
  table: string;
  /** Those that may be hidden, with their headings. */
  columns: readonly { readonly id: string; readonly header: string }[];
  shown: Columns;
}

interface Headed {
  readonly id?: string | undefined;
  readonly header?: unknown;
}

/** All columns but the one that a row is called by. */
export function hideableOf(columns: readonly Headed[], kept: string): { id: string; header: string }[] {
  return columns.filter(({ id }) => id !== kept).map(({ id, header }) => ({ id: String(id), header: String(header) }));
}

/** Which columns a table shows here; files have the same. */
export function ColumnMenu({ table, columns, shown: { hidden, toggle } }: ColumnMenuProps) {
  const { t } = useTranslation();
  useCommands(
    columns.map(({ id, header }) => ({
      id: `column.${table}.${id}`,
      label: `${t('columns')}: ${header}`,
      group: t('columns'),
      isQuiet: true,
      run: () => toggle(id),
    })),
  );
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconColumns3 size={14} />}>
          {t('columns')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.map(({ id, header }) => (
          <Menu.CheckboxItem key={id} checked={!hidden.includes(id)} onChange={() => toggle(id)}>
            {header}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
