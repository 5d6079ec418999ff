import { useForm as useMantineForm } from '@mantine/form';
import { type FormEvent, useRef } from 'react';
import { flushSync } from 'react-dom';
import { whenReleased } from '../../shared/hooks/when-released.ts';
import { focusFault } from './form.ts';

/**
 * Mantine's form, with what every form of the console owes: what is wrong stands at its field, and the first such field
 * has the focus, whether the rules here or the gateway found it.
 */
export function useForm<Values extends Record<string, unknown>>(input: Parameters<typeof useMantineForm<Values>>[0]) {
  const form = useMantineForm<Values>({
    ...input,
    enhanceGetInputProps({ inputProps: { onBlur } }) {
      return onBlur ? { onBlur: () => whenReleased(onBlur) } : {};
    },
  });
  const element = useRef<HTMLFormElement | null>(null);

  return {
    ...form,
    onSubmit(send: (values: Values) => unknown) {
      const submit = form.onSubmit(
        (values) => void send(values),
        () => {
          // Shown first: what is not there yet cannot have the focus.
          flushSync(() => undefined);
          focusFault(element.current);
        },
      );
      return (event: FormEvent<HTMLFormElement>) => {
        element.current = event.currentTarget;
        submit(event);
      };
    },
    /** Shows what the gateway says of a field there. @returns false where the form does not show that field now */
    refuse(field: string, message: string): boolean {
      flushSync(() => form.setFieldError(field, message));
      if (focusFault(element.current, field)) return true;
      form.clearFieldError(field);
      return false;
    },
  };
}
