import { type RefObject, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { failureText } from '../i18n/words.ts';
import type { Failure } from '../session/client.ts';
import { useSession } from '../session/session.tsx';

export interface Faults {
  /** Of the form whose fields these are. */
  readonly form: RefObject<HTMLFormElement | null>;
  /** What stands at a field; null where nothing is wrong. */
  at(path: string): string | null;
  /** Shows what is wrong, by field, before anything is sent. @returns whether nothing is */
  check(problems: Readonly<Record<string, string | null>>): boolean;
  /** What is typed anew has not been refused yet. */
  mend(path: string): void;
  /** Shows a refusal at the field that it names. @returns false where the form does not show that field now */
  refuse(failure: Failure): boolean;
}

/** What is wrong with the fields of a form: it stands there, and the first of them gets the focus. */
export function useFaults(): Faults {
  const { words } = useSession();
  const form = useRef<HTMLFormElement>(null);
  const [faults, setFaults] = useState<Readonly<Record<string, string | null>>>({});
  const inputOf = (path: string) => form.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`);
  return {
    form,
    at: (path) => faults[path] ?? null,
    check(problems) {
      flushSync(() => setFaults(problems));
      const first = Object.keys(problems).find((path) => problems[path] !== null);
      if (first !== undefined) inputOf(first)?.focus();
      return first === undefined;
    },
    mend: (path) => setFaults((before) => (before[path] == null ? before : { ...before, [path]: null })),
    refuse(failure) {
      const path = failure.field?.split('.')[0] ?? '';
      const input = path === '' ? null : inputOf(path);
      if (!input) return false;
      flushSync(() => setFaults({ [path]: failureText(words, failure) }));
      input.focus();
      return true;
    },
  };
}
