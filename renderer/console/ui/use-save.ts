import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiFailure, type Call } from '../api/http.ts';
import type { Draft } from '../drafts/use-draft.ts';
import { useSession } from '../session/use-session.tsx';
import { type Explained, explainFailure } from './explain-failure.ts';
import { refusalWords } from './refusal-words.ts';
import { tellDone, tellFailed } from './toasts.tsx';

/** A change that a form asks for, and what takes it back. */
export interface Save {
  readonly path: string;
  readonly call: Call;
  /** In the past tense, for the toast; without it nothing is said. */
  readonly done?: string;
  readonly undo?: { readonly path: string; readonly call: Call } | undefined;
}

interface SaveOptions {
  /** First parts of the keys of all queries that show what changes. */
  readonly stale: readonly string[];
  /** Shows the gateway's word at the input. @returns whether the form has that input */
  onField?(field: string, message: string): boolean;
  /** Of the form: kept until it went through. */
  draft?: Pick<Draft, 'drop'>;
}

/**
 * Sends what a form holds. What the gateway refuses stands at its field, or in `failure` for the form's head; nothing
 * typed is lost.
 */
export function useSave({ stale, onField, draft }: SaveOptions) {
  const session = useSession();
  const queryClient = useQueryClient();
  const { t } = useTranslation();
  const [failure, setFailure] = useState<Explained | null>(null);
  const [busy, setBusy] = useState(false);
  // The same key while the same thing is tried again, so that it happens once.
  const tried = useRef({ what: '', key: '' });
  const done = useRef(false);

  const refresh = () =>
    queryClient.invalidateQueries({ predicate: ({ queryKey }) => stale.includes(String(queryKey[0])) });
  const keyFor = ({ path, call }: Save): string => {
    const what = JSON.stringify([path, call]);
    if (tried.current.what !== what) tried.current = { what, key: crypto.randomUUID() };
    return tried.current.key;
  };

  /** @returns the answer, or undefined when it was refused */
  const save = async <Answer>(change: Save): Promise<Answer | undefined> => {
    setBusy(true);
    setFailure(null);
    done.current = false;
    try {
      const answer = await session.call<Answer>(change.path, { ...change.call, idempotencyKey: keyFor(change) });
      tried.current = { what: '', key: '' };
      done.current = true;
      draft?.drop();
      await refresh();
      const { done: message, undo } = change;
      const takeBack = async () => {
        if (!undo) return;
        await session.call(undo.path, undo.call).catch((error: unknown) => tellFailed(explainFailure(error)));
        await refresh();
      };
      if (message !== undefined) tellDone({ message, undo: undo && { label: t('undo'), run: takeBack } });
      return answer;
    } catch (error) {
      const isOfField =
        error instanceof ApiFailure && error.field !== null && onField?.(error.field, refusalWords(error));
      if (!isOfField) setFailure(explainFailure(error));
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return {
    save,
    busy,
    failure,
    clearFailure: () => setFailure(null),
    /** Whether the last try went through: what the form still holds is no draft any more. */
    isDone: () => done.current,
  };
}
