import { useEffect } from 'react';

/** As many places are remembered: more dialogs never lie above each other. */
const REMEMBERED = 24;
/** What closes a dialog has its own say first. */
const PATIENCE_MS = 60;
/** Where nobody returns to: an item of a menu is gone with it, and its button is remembered. */
const PASSING = '[role="menu"] *, [role="listbox"] *';

/**
 * Wherever what had the focus goes away with a drawer, a dialog or a menu, the focus returns to where it was before:
 * what opened them. Mantine does so only for what is closed before it is taken out, and not through a menu.
 */
export function useFocusBack(): void {
  useEffect(() => {
    let places: HTMLElement[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const remember = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement) || target === document.body || target.matches(PASSING)) return;
      places = [...places.filter((place) => place !== target), target].slice(-REMEMBERED);
    };
    const giveBack = () => {
      if (document.activeElement !== document.body) return;
      const dialogs = [...document.querySelectorAll('[role="dialog"]')];
      const top = dialogs.at(-1);
      const back = places.findLast(
        (place) => place.isConnected && place.checkVisibility() && (!top || top.contains(place)),
      );
      back?.focus();
    };
    const observer = new MutationObserver(() => {
      const last = places.at(-1);
      if (document.activeElement !== document.body || !last || last.isConnected) return;
      clearTimeout(timer);
      timer = setTimeout(giveBack, PATIENCE_MS);
    });
    document.addEventListener('focusin', remember);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      clearTimeout(timer);
      document.removeEventListener('focusin', remember);
      observer.disconnect();
    };
  }, []);
}
