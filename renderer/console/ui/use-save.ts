import { useRef, useState } from 'react';
import { ApiFailure } from '../api/http.ts';
import { type Change, useCommit } from '../api/use-commit.ts';
import type { Draft } from '../drafts/use-draft.ts';
import { type Explained, explainFailure } from './explain-failure.ts';
import { refusalWords } from './refusal-words.ts';
import { useIsShown } from './use-is-shown.ts';

/** A change that a form asks for, and what takes it back. */
export type Save = Omit<Change, 'onDone'>;

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
  const { commit, tell, isSending, isPending } = useCommit(stale);
  const isShown = useIsShown();
  const [failure, setFailure] = useState<Explained | null>(null);
  const done = useRef(false);

  /** @returns the answer, or undefined when it was refused, or is under way already */
  const save = async <Answer>(change: Save): Promise<Answer | undefined> => {
    if (isSending(change)) return undefined;
    setFailure(null);
    done.current = false;
    try {
      return (await commit({
        ...change,
        onDone() {
          done.current = true;
          draft?.drop();
        },
      })) as Answer;
    } catch (error) {
      const isOfField =
        error instanceof ApiFailure && error.field !== null && onField?.(error.field, refusalWords(error));
      if (!isOfField && isShown.current) setFailure(explainFailure(error, true));
      // The form was closed meanwhile: nobody would see it there.
      else if (!isOfField) tell(error, change);
      return undefined;
    }
  };
  return {
    save,
    /** Whether it takes long enough to be shown. */
    busy: isPending,
    failure,
    clearFailure: () => setFailure(null),
    /** Shows what failed before there was anything to save. */
    fail: (error: unknown) => setFailure(explainFailure(error, true)),
    /** Whether the last try went through: what the form still holds is no draft any more. */
    isDone: () => done.current,
  };
}
