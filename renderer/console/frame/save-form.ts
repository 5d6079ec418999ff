/** Sends the form of the dialog on top, else the screen's form that saves, as its own button would. */
export function saveForm(): void {
  const dialog = [...document.querySelectorAll('[role="dialog"][aria-modal="true"]')].at(-1);
  const form = dialog ? dialog.querySelector('form') : document.querySelector('form[data-saves]');
  // The button knows whether there is anything to save, and whether it is on its way.
  form?.querySelector<HTMLButtonElement>('button[type="submit"]')?.click();
}
