import { useCallback, useEffect, useRef } from 'react';
import { ApiFailure } from './http.ts';
import { type Change, useCommit } from './use-commit.ts';

export type { Change } from './use-commit.ts';

/**
 * Changes that are asked for with a click: what fails is told in a toast.
 *
 * @param stale the first parts of the keys of all queries that show what was changed
 */
export function useChange(stale: readonly string[]) {
  const { commit, tell, isPending } = useCommit(stale);

  /** @throws what the call throws, after it was told */
  const mutateAsync = async (change: Change): Promise<unknown> => {
    try {
      return await commit(change);
    } catch (error) {
      // What names a field is shown at the field by whoever asked.
      if (!(error instanceof ApiFailure) || error.field === null) tell(error, change);
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
