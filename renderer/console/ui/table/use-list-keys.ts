import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Shortcut, useShortcuts } from '../../frame/shortcuts.ts';

interface ListKeys<Item> {
  items: readonly Item[];
  /** Heading in the sheet of shortcuts. */
  group: string;
  onOpen?: ((item: Item) => void) | undefined;
  onSelect?: ((item: Item) => void) | undefined;
  /** The keyboard stands on another row. */
  onMove?: ((item: Item) => void) | undefined;
}

/** `j`/`k` move through a list, `Enter` opens, `x` selects. @returns where the keyboard is; -1 before it is used */
export function useListKeys<Item>({ items, group, onOpen, onSelect, onMove }: ListKeys<Item>): number {
  const { t } = useTranslation('frame');
  const [cursor, setCursor] = useState(-1);
  const at = Math.min(cursor, items.length - 1);
  const shortcuts = useMemo<Shortcut[]>(() => {
    const current = items[at];
    const move = (by: number) => () => {
      const next = Math.max(0, Math.min(items.length - 1, at + by));
      const item = items[next];
      // From here Enter is for the row, and for no button that was pressed before.
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      setCursor(next);
      if (item !== undefined) onMove?.(item);
    };
    return [
      { keys: 'j', label: t('shortcutNames.down'), group, isOnlyKeys: true, run: move(1) },
      { keys: 'k', label: t('shortcutNames.up'), group, isOnlyKeys: true, run: move(-1) },
      ...(onSelect
        ? [
            {
              keys: 'x',
              label: t('shortcutNames.select'),
              group,
              isOnlyKeys: true,
              run: () => current !== undefined && onSelect(current),
            },
          ]
        : []),
      ...(onOpen
        ? [
            {
              keys: 'Enter',
              label: t('shortcutNames.open'),
              group,
              isOnlyKeys: true,
              run: () => current !== undefined && onOpen(current),
            },
          ]
        : []),
    ];
  }, [items, at, group, t, onOpen, onSelect, onMove]);
  useShortcuts(shortcuts);
  return at;
}
