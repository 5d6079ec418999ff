import type { useForm } from '@mantine/form';

/** What the fields of a form need of it, whatever its rules. */
export type FormOf<Values extends Record<string, unknown>> = Pick<
  ReturnType<typeof useForm<Values>>,
  'values' | 'errors' | 'getInputProps' | 'setFieldValue'
>;
