let isDown = false;
window.addEventListener('pointerdown', () => (isDown = true), true);
for (const end of ['pointerup', 'pointercancel']) window.addEventListener(end, () => (isDown = false), true);

/**
 * Runs when no pointer is pressed. What moves a button away between press and release takes the click from it, as the
 * word on a field does that was left for the button.
 */
export function whenReleased(run: () => void): void {
  if (!isDown) return run();
  const later = () => setTimeout(run);
  window.addEventListener('pointerup', later, { once: true });
}
