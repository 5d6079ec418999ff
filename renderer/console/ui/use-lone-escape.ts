import { useEffect } from 'react';

/**
 * Escape for the lowest of several dialogs: it counts only while no other one, and no list of an input, is open above.
 * Mantine's own handling closes all of them at once.
 */
export function useLoneEscape(onEscape: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
      const isOfList =
        event.target instanceof Element && event.target.getAttribute('data-mantine-stop-propagation') === 'true';
      if (!isOfList && document.querySelectorAll('[role="dialog"]').length <= 1) onEscape();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [onEscape]);
}
