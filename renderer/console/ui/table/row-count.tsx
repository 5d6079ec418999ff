import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../format/use-format.ts';

interface RowCountProps {
  list: { readonly total: number; readonly totalIsMore: boolean };
}

/** How many rows a list has on all its pages, told to those who listen when it changes. */
export function RowCount({ list: { total, totalIsMore } }: RowCountProps) {
  const { t } = useTranslation('common');
  const { exact } = useFormat();
  return (
    <Text size="sm" c="dimmed" role="status">
      {totalIsMore ? t('moreThan', { total: exact(total) }) : t('entries', { count: total, formatted: exact(total) })}
    </Text>
  );
}
