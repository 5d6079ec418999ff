/** Single keys and what they do: one registry, so that the sheet cannot lie. */
import { useEffect } from 'react';
import { create } from 'zustand';
import { usePreferences } from '../preferences.ts';

export interface Shortcut {
  /** `u`, `/`, or two in a row: `g u`. */
  readonly keys: string;
  /** In the reader's words. */
  readonly label: string;
  /** Heading in the sheet. */
  readonly group: string;
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
      if (!usePreferences.getState().singleKeys || document.querySelector('[aria-modal="true"]')) return;
      const keys = first === '' ? event.key : `${first} ${event.key}`;
      const { shortcuts } = useShortcutRegistry.getState();
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

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
