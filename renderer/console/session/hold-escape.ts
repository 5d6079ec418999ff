import { useEffect } from 'react';

let isHeld = false;
// Of the handlers on the window this is the first, since it is there before any dialog.
window.addEventListener(
  'keydown',
  (event) => {
    if (isHeld && event.key === 'Escape') event.stopImmediatePropagation();
  },
  true,
);

/** While something stands over everything Escape closes nothing: what lies beneath would go, with all that was typed in it. */
export function useHeldEscape(isOver: boolean): void {
  useEffect(() => {
    isHeld = isOver;
    return () => {
      isHeld = false;
    };
  }, [isOver]);
}
