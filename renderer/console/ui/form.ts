import type { useForm } from './use-form.ts';

/** What the fields of a form need of it, whatever its rules. */
export type FormOf<Values extends Record<string, unknown>> = Pick<
  ReturnType<typeof useForm<Values>>,
  'values' | 'errors' | 'getInputProps' | 'setFieldValue'
>;

/**
 * What `useSave` takes as `onField`: shows the gateway's word at the input that has the field's name.
 *
 * @param inputOf from the API's names to the form's, where they differ
 */
export function atItsField(
  form: { refuse(field: string, message: string): boolean },
  inputOf: (field: string) => string = (field) => field,
): (field: string, message: string) => boolean {
  return (field, message) => form.refuse(inputOf(field), message);
}

const TYPED_INTO = 'input:not([type=hidden]), textarea, select, button';

/**
 * Moves the focus to the input of a field, or to the first that is marked as wrong, so that it is read out and can be
 * mended at once.
 *
 * @returns whether there is such an input
 */
export function focusFault(form: HTMLElement | null, field?: string): boolean {
  // Also of a form that was closed before the answer came, nothing is seen.
  if (!form?.isConnected) return false;
  const place = form.querySelector<HTMLElement>(
    field === undefined ? '[aria-invalid=true]' : `[data-path="${CSS.escape(field)}"]`,
  );
  if (!place) return false;
  const input = place.matches(TYPED_INTO) ? place : place.querySelector<HTMLElement>(TYPED_INTO);
  input?.focus();
  return true;
}
