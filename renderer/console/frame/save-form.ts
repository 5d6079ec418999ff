/** Sends the form that somebody is in, else the one of the dialog on top, else the screen's, as its own button would. */
export function saveForm(): void {
  const dialogs = [...document.querySelectorAll('[role="dialog"][aria-modal="true"]')];
  const place = dialogs.at(-1) ?? document;
  const focused = document.activeElement?.closest('form');
  const form = focused && place.contains(focused) ? focused : place.querySelector('form');
  // The button knows whether there is anything to save, and whether it is on its way.
  form?.querySelector<HTMLButtonElement>('button[type="submit"]')?.click();
}
