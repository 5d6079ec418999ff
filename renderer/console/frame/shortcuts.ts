/**
 * What can be done here and now: one registry, from which the sheet of shortcuts and the palette are made, so that neither
 * can lie.
 */
import { useEffect } from 'react';
import { create } from 'zustand';
import { usePreferences } from '../preferences.ts';
import { IS_MAC } from './keys.tsx';

interface Entry {
  /** In the reader's words. */
  readonly label: string;
  /** Heading in the sheet and in the palette. */
  readonly group: string;
  run(): void;
}

/** Something that a menu, a button or the palette does. */
export interface Command extends Entry {
  /** In no language, to find it again: `theme.dark`. */
  readonly id: string;
  /** See `Shortcut`. */
  readonly keys?: string;
  /** Found by the palette, but not shown there before something is typed. */
  readonly isQuiet?: boolean;
}

export interface Shortcut extends Entry {
  /** `u`, `/`, `ArrowRight`, two in a row: `g u`, or with Ctrl or ⌘: `mod+s`. */
  readonly keys: string;
  /** In no language; without it the keys are. */
  readonly id?: string;
  /** Of no use in the palette: moves in what is shown. */
  readonly isOnlyKeys?: boolean;
  /** The dialogs do it by themselves: only told by the sheet. */
  readonly isTold?: boolean;
  /** For what is open over the list: works while one dialog is, and only then. */
  readonly inDrawer?: boolean;
}

interface Registry {
  entries: readonly (Command | Shortcut)[];
  add(entries: readonly (Command | Shortcut)[]): () => void;
}

export const useShortcutRegistry = create<Registry>()((set) => ({
  entries: [],
  add(added) {
    set((state) => ({ entries: [...state.entries, ...added] }));
    return () => set((state) => ({ entries: state.entries.filter((entry) => !added.includes(entry)) }));
  },
}));

/** Offers shortcuts and commands while the component is shown. Keep the list stable with `useMemo`. */
export function useShortcuts(entries: readonly (Command | Shortcut)[]): void {
  const add = useShortcutRegistry((registry) => registry.add);
  useEffect(() => add(entries), [add, entries]);
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
    const runFound = (keys: string, event: KeyboardEvent, isAllowed: (entry: Shortcut) => boolean): boolean => {
      const { entries } = useShortcutRegistry.getState();
      // The newest first: what a screen offers goes before the frame's own.
      const found = entries.findLast((entry): entry is Shortcut => entry.keys === keys && isAllowed(entry as Shortcut));
      if (!found) return false;
      event.preventDefault();
      found.run();
      return true;
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || event.isComposing) return;
      const isChord = IS_MAC ? event.metaKey : event.ctrlKey;
      if (isChord && !event.shiftKey) {
        // Nobody types these: they hold in fields and dialogs too.
        runFound(`mod+${event.key.toLowerCase()}`, event, () => true);
        return;
      }
      if (event.ctrlKey || event.metaKey || isForItsTarget(event)) return;
      // Letters may be what somebody says to a machine; arrows and Enter are nothing but keys.
      if (!usePreferences.getState().singleKeys && event.key.length === 1) return;
      const dialogs = document.querySelectorAll('[aria-modal="true"]').length;
      if (dialogs > 1) return;
      const isAllowed = ({ isTold = false, inDrawer = false }: Shortcut) => !isTold && inDrawer === (dialogs === 1);
      const keys = first === '' ? event.key : `${first} ${event.key}`;
      clearTimeout(timer);
      if (runFound(keys, event, isAllowed)) return forget();
      const { entries } = useShortcutRegistry.getState();
      first = entries.some(({ keys: all }) => all?.startsWith(`${event.key} `)) ? event.key : '';
      timer = setTimeout(forget, SECOND_KEY_MS);
    };
    window.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', onKey);
    };
  }, []);
}

/** What moves with the arrow keys by itself. */
const MOVES_BY_ARROWS =
  '[role="tablist"], [role="radiogroup"], [role="slider"], [role="application"], input[type="radio"], input[type="range"]';

const NO_TEXT = ['checkbox', 'radio', 'button', 'submit', 'file', 'range'];

/** Whether somebody types, chooses in a list that is open, or presses what Enter presses. */
function isForItsTarget({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  if (target instanceof HTMLInputElement && !NO_TEXT.includes(target.type)) return true;
  if (key.startsWith('Arrow') && target.closest(MOVES_BY_ARROWS)) return true;
  if (target.closest('[role="menu"], [role="listbox"], [role="dialog"]:not([aria-modal="true"])')) return true;
  return key === 'Enter' && target.closest('a, button, summary, [role="tab"]') !== null;
}
