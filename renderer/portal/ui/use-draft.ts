import { useEffect, useState } from 'react';
import { changedFields, createDraftStore, type DraftFields } from '../../shared/drafts/draft-store.ts';
import { useMe } from '../session/session.tsx';

const drafts = createDraftStore(window.localStorage, Date.now);

/** Of whoever signs out: others may use this device. */
export function forgetDrafts(userId: string): void {
  drafts.forget(userId);
}

export interface Draft<Values> {
  readonly values: Values;
  /** Whether it holds what was typed before the page was loaded, the form left, or the session over. */
  readonly isRestored: boolean;
  change(values: Partial<Values>): void;
  /** It was sent, or is not wanted any more: back to what it began with. */
  reset(): void;
}

/** What is typed into a form, kept on this device until it is sent. @param name of the form and of what it is about */
export function useDraft<Values extends DraftFields>(name: string, first: Values): Draft<Values> {
  const { id } = useMe();
  const [initial] = useState(first);
  const [found] = useState(() => changedFields({ ...first, ...drafts.read(id, name) }, first, []));
  const [values, setValues] = useState<Values>({ ...first, ...found });
  const [isRestored, setIsRestored] = useState(Object.keys(found).length > 0);
  useEffect(() => drafts.write(id, name, changedFields(values, initial, [])), [id, name, values, initial]);
  return {
    values,
    isRestored,
    change: (changed) => setValues((before) => ({ ...before, ...changed })),
    reset() {
      drafts.write(id, name, {});
      setIsRestored(false);
      setValues(initial);
    },
  };
}
