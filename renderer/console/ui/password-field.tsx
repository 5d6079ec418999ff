import { PasswordInput, type PasswordInputProps } from '@mantine/core';

/** Mantine's, which shows its error and does not say that it is invalid. */
export function PasswordField(props: PasswordInputProps) {
  return <PasswordInput aria-invalid={props.error ? true : undefined} {...props} />;
}
