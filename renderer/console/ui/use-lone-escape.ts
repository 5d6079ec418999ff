import { useEffect } from 'react';

/** Dialogs that were open when the key went down: what another handler closes at once is gone before ours is asked. */
let openAtKeyDown = 0;
// Of the handlers on the window this is the first, since it is there before any dialog.
window.addEventListener(
  'keydown',
  () => {
    openAtKeyDown = document.querySelectorAll('[role="dialog"]').length;
  },
  true,
);

/**
 * Escape for the lowest of several dialogs: it counts only while no other one, and no list of an input, is open above.
 * Mantine's own handling closes all of them at once.
 */
export function useLoneEscape(onEscape: () => void, isOpen = true): void {
  useEffect(() => {
    if (!isOpen) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
      const isOfList =
        event.target instanceof Element && event.target.getAttribute('data-mantine-stop-propagation') === 'true';
      if (!isOfList && openAtKeyDown <= 1) onEscape();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [onEscape, isOpen]);
}
