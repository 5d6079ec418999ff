/** Single keys and what they do: one registry, so that the sheet cannot lie. */
import { useEffect } from 'react';
import { create } from 'zustand';
import { usePreferences } from '../preferences.ts';

export interface Shortcut {
  /** `u`, `/`, `ArrowRight`, or two in a row: `g u`. */
  readonly keys: string;
  /** In the reader's words. */
  readonly label: string;
  /** Heading in the sheet. */
  readonly group: string;
  /** For what is open over the list: works while one dialog is, and only then. */
  readonly inDrawer?: boolean;
  run(): void;
}

interface Registry {
  shortcuts: readonly Shortcut[];
  add(shortcuts: readonly Shortcut[]): () => void;
}

export const useShortcutRegistry = create<Registry>()((set) => ({
  shortcuts: [],
  add(added) {
    set((state) => ({ shortcuts: [...state.shortcuts, ...added] }));
    return () => set((state) => ({ shortcuts: state.shortcuts.filter((shortcut) => !added.includes(shortcut)) }));
  },
}));

/** Offers shortcuts while the component is shown. Keep the list stable with `useMemo`. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const add = useShortcutRegistry((registry) => registry.add);
  useEffect(() => add(shortcuts), [add, shortcuts]);
}

const SECOND_KEY_MS = 1_000;
/** What moves with the arrow keys by itself. */
const MOVES_BY_ARROWS =
  '[role="tablist"], [role="menu"], [role="listbox"], [role="radiogroup"], [role="slider"], [role="application"]';

/** Listens for all shortcuts of the registry. Used once, by the frame. */
export function useShortcutListener(): void {
  useEffect(() => {
    let first = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const forget = () => {
      first = '';
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      // Letters may be what somebody says to a machine; arrows and Enter are nothing but keys.
      if (!usePreferences.getState().singleKeys && event.key.length === 1) return;
      // What has the focus has the key.
      if (event.key === 'Enter' && event.target instanceof Element && event.target.closest('a[href], button')) return;
      const dialogs = document.querySelectorAll('[aria-modal="true"]').length;
      if (dialogs > 1 || (event.key.startsWith('Arrow') && movesByArrows(event.target))) return;
      const keys = first === '' ? event.key : `${first} ${event.key}`;
      const shortcuts = useShortcutRegistry
        .getState()
        .shortcuts.filter(({ inDrawer = false }) => inDrawer === (dialogs === 1));
      // The newest first: what a screen offers goes before the frame's own.
      const found = shortcuts.findLast((shortcut) => shortcut.keys === keys);
      clearTimeout(timer);
      if (found) {
        forget();
        event.preventDefault();
        found.run();
        return;
      }
      first = shortcuts.some(({ keys: all }) => all.startsWith(`${event.key} `)) ? event.key : '';
      timer = setTimeout(forget, SECOND_KEY_MS);
    };
    window.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', onKey);
    };
  }, []);
}

function movesByArrows(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(MOVES_BY_ARROWS) !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
