import { Button, Menu } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../frame/use-commands.ts';
import { usePreferences } from '../../preferences.ts';

const NONE: readonly string[] = [];

/** The columns of a table that this device does not show. */
export function useHiddenColumns(table: string): readonly string[] {
  return usePreferences(({ hiddenColumns }) => hiddenColumns[table] ?? NONE);
}

interface ColumnMenuProps {
  table: string;
  /** Those that may be hidden, with their headings. */
  columns: readonly { readonly id: string; readonly header: string }[];
}

/** Which columns a table shows here; files have the same. */
export function ColumnMenu({ table, columns }: ColumnMenuProps) {
  const { t } = useTranslation();
  const hidden = useHiddenColumns(table);
  const { hiddenColumns, change } = usePreferences();
  const toggle = (id: string) =>
    change({
      hiddenColumns: {
        ...hiddenColumns,
        [table]: hidden.includes(id) ? hidden.filter((one) => one !== id) : [...hidden, id],
      },
    });
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
    <Menu position="bottom-end">
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
