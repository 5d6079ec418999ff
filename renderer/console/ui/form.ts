import type { useForm } from '@mantine/form';

/** What the fields of a form need of it, whatever its rules. */
export type FormOf<Values extends Record<string, unknown>> = Pick<
  ReturnType<typeof useForm<Values>>,
  'values' | 'errors' | 'getInputProps' | 'setFieldValue'
>;

/** What `useSave` takes as `onField`: shows the gateway's word at the input that has the field's name. */
export function atItsField(form: {
  readonly values: object;
  setFieldError(field: string, message: string): void;
}): (field: string, message: string) => boolean {
  return (field, message) => {
    if (!(field in form.values)) return false;
    form.setFieldError(field, message);
    return true;
  };
}
