import { useCallback, useEffect, useRef } from 'react';
import { refusalWords } from '../ui/refusal-words.ts';
import { ApiFailure } from './http.ts';
import { type Change, useCommit } from './use-commit.ts';

export type { Change } from './use-commit.ts';

/**
 * Changes that are asked for with a click: what fails is told in a toast.
 *
 * @param stale the first parts of the keys of all queries that show what was changed
 * @param onField shows the gateway's word at an input instead. @returns whether there is such an input
 */
export function useChange(stale: readonly string[], onField?: (field: string, message: string) => boolean) {
  const { commit, tell, isPending } = useCommit(stale);

  /** @throws what the call throws, after it was told */
  const mutateAsync = async (change: Change): Promise<unknown> => {
    try {
      return await commit(change);
    } catch (error) {
      const isOfField =
        error instanceof ApiFailure && error.field !== null && onField?.(error.field, refusalWords(error));
      if (!isOfField) tell(error, change);
      throw error;
    }
  };
  const latest = useRef(mutateAsync);
  useEffect(() => {
    latest.current = mutateAsync;
  });
  /** Stays the same function. */
  const mutate = useCallback((change: Change) => void latest.current(change).catch(() => undefined), []);
  return { mutateAsync, mutate, isPending };
}
