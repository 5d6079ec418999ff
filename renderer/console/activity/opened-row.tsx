import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { useOpened } from '../api/use-opened.ts';
import { QueryState } from '../ui/query-state.tsx';
import { DetailDrawer } from './detail-drawer.tsx';

interface OpenedRowProps<Item extends { id: string }> {
  row: ReturnType<typeof useOpened<Item>>;
  onClose(): void;
  children(item: Item): ReactNode;
}

/** The drawer of the row that is open; while it is not here, one that says so, or why it cannot come. */
export function OpenedRow<Item extends { id: string }>({ row, onClose, children }: OpenedRowProps<Item>) {
  const { t } = useTranslation();
  if (row.id === undefined) return null;
  if (row.item !== undefined) return children(row.item);
  return (
    <DetailDrawer title={t('details')} onClose={onClose}>
      <QueryState query={row.query}>{() => null}</QueryState>
    </DetailDrawer>
  );
}
