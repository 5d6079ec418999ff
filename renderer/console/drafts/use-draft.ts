import { useCallback, useEffect, useRef, useState } from 'react';
import { changedFields, createDraftStore, type DraftFields } from '../../shared/drafts/draft-store.ts';
import { useOperatorId } from '../session/use-session.tsx';

export const drafts = createDraftStore(window.localStorage, Date.now);

/** The draft of one form. */
export interface Draft {
  /** Whether the form holds what was typed before the page was loaded, or the form opened, again. */
  readonly isRestored: boolean;
  /** It was sent, or is not wanted any more. */
  drop(): void;
  /** Puts the form back to what it began with. */
  reset(): void;
}

interface DraftForm<Values> {
  readonly values: Values;
  getInitialValues(): Values;
  setValues(values: Partial<Values>): void;
  reset(): void;
}

/**
 * Keeps what is typed into a form on this device until it is sent or discarded, and puts it back when the form opens
 * again.
 *
 * @param name of the form and of what it is about, such as `plan/basic`
 * @param secrets fields that are never kept: passwords, keys
 */
export function useDraft<Values extends Record<string, unknown>>(
  name: string,
  form: DraftForm<Values>,
  secrets: readonly (keyof Values & string)[] = [],
): Draft {
  const { getInitialValues, setValues, reset, values } = form;
  const { found, drop } = useKeptFields(name, values, getInitialValues, secrets);
  const [isRestored, setRestored] = useState(found !== null);
  const isDue = useRef(found !== null);
  useEffect(() => {
    if (!found || !isDue.current) return;
    isDue.current = false;
    setValues(found as Partial<Values>);
  }, [found, setValues]);
  return {
    isRestored,
    drop,
    reset() {
      drop();
      setRestored(false);
      reset();
    },
  };
}

/** The same for what is no form of its own: `found` is what was kept when it opened, null when nothing was. */
export function useKeptFields(
  name: string,
  values: DraftFields,
  initial: () => DraftFields,
  secrets: readonly string[],
): { readonly found: DraftFields | null; drop(): void } {
  const operatorId = useOperatorId();
  const [found] = useState(() => {
    const fields = changedFields(drafts.read(operatorId, name), initial(), secrets);
    return Object.keys(fields).length > 0 ? fields : null;
  });
  const changed = JSON.stringify(changedFields(values, initial(), secrets));
  // At first the form does not hold yet what was found.
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) isFirst.current = false;
    else drafts.write(operatorId, name, JSON.parse(changed) as DraftFields);
  }, [operatorId, name, changed]);
  const drop = useCallback(() => drafts.write(operatorId, name, {}), [operatorId, name]);
  return { found, drop };
}
