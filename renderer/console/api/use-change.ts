import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/use-session.tsx';
import { explainFailure } from '../ui/explain-failure.ts';
import { tellDone, tellFailed } from '../ui/toasts.tsx';
import { ApiFailure, type Call } from './http.ts';

/** One change of what the server owns, and what takes it back. */
export interface Change {
  readonly path: string;
  readonly call: Call;
  /** In the past tense, for the toast. */
  readonly done: string;
  readonly undo?: { readonly path: string; readonly call: Call } | undefined;
}

/** The first parts of the keys of all queries that show what was changed. */
export function useChange(stale: readonly string[]) {
  const session = useSession();
  const queryClient = useQueryClient();
  const { t } = useTranslation(['frame', 'common']);

  const refresh = () =>
    queryClient.invalidateQueries({ predicate: ({ queryKey }) => stale.includes(String(queryKey[0])) });
  const tell = (error: unknown) => tellFailed(explainFailure(error));

  return useMutation({
    mutationFn: ({ path, call }: Change) => session.call<unknown>(path, call),
    async onSuccess(_answer, { done, undo }) {
      await refresh();
      const takeBack = async () => {
        if (!undo) return;
        try {
          await session.call(undo.path, undo.call);
          await refresh();
        } catch (error) {
          tell(error);
        }
      };
      tellDone({ message: done, undo: undo && { label: t('common:undo'), run: takeBack } });
    },
    onError(error) {
      // What names a field is shown at the field by whoever asked.
      if (!(error instanceof ApiFailure) || error.field === null) tell(error);
    },
  });
}
