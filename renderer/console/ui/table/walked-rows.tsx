import { type ReactNode, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Shortcut, useShortcuts } from '../../frame/shortcuts.ts';

interface WalkedRowsProps {
  /** Heading in the sheet of shortcuts. */
  group: string;
  children: ReactNode;
}

/** Around rows that are opened by what has `data-opens`: `j` and `k` lead from one to the next, `Enter` opens it. */
export function WalkedRows({ group, children }: WalkedRowsProps) {
  const { t } = useTranslation('frame');
  const box = useRef<HTMLDivElement>(null);
  const shortcuts = useMemo<Shortcut[]>(() => {
    const move = (by: number) => () => {
      const openers = [...(box.current?.querySelectorAll<HTMLElement>('[data-opens]') ?? [])];
      const at = openers.indexOf(document.activeElement as HTMLElement);
      openers[Math.max(0, Math.min(openers.length - 1, at + by))]?.focus();
    };
    return [
      { keys: 'j', label: t('shortcutNames.down'), group, isOnlyKeys: true, run: move(1) },
      { keys: 'k', label: t('shortcutNames.up'), group, isOnlyKeys: true, run: move(-1) },
      // The row's own button hears it.
      { keys: 'Enter', label: t('shortcutNames.open'), group, isOnlyKeys: true, isTold: true, run: () => undefined },
    ];
  }, [group, t]);
  useShortcuts(shortcuts);
  return <div ref={box}>{children}</div>;
}
