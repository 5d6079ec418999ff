import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Shortcut, useShortcuts } from '../../frame/shortcuts.ts';

/** From what is open to its neighbours in the list; undefined at the ends. */
export interface Steps {
  readonly previous: (() => void) | undefined;
  readonly next: (() => void) | undefined;
}

interface StepsOptions {
  items: readonly { readonly id: string }[];
  /** Of the row whose drawer is open. */
  openId: string | undefined;
  /** Heading in the sheet of shortcuts. */
  group: string;
  onOpen(id: string): void;
}

/** The arrow keys lead from the row that is open to the one before and the one after, as two buttons do. */
export function useSteps({ items, openId, group, onOpen }: StepsOptions): Steps {
  const { t } = useTranslation('frame');
  const at = items.findIndex(({ id }) => id === openId);
  const before = at < 0 ? undefined : items[at - 1]?.id;
  const after = at < 0 ? undefined : items[at + 1]?.id;
  const shortcuts = useMemo<Shortcut[]>(() => {
    const step = (id: string | undefined) => () => id !== undefined && onOpen(id);
    return [
      { keys: 'ArrowLeft', label: t('shortcutNames.openPrevious'), group, inDrawer: true, run: step(before) },
      { keys: 'ArrowRight', label: t('shortcutNames.openNext'), group, inDrawer: true, run: step(after) },
    ];
  }, [before, after, group, t, onOpen]);
  useShortcuts(shortcuts);
  return {
    previous: before === undefined ? undefined : () => onOpen(before),
    next: after === undefined ? undefined : () => onOpen(after),
  };
}
