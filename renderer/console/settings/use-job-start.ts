import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Job } from '../../../gateway/contract/jobs.ts';
import { ApiFailure } from '../api/http.ts';
import type { Proof } from '../safe-mode/use-safeguard.tsx';
import { useSession } from '../session/use-session.tsx';
import type { Explained } from '../ui/explain-failure.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { useJobWords } from './use-job-words.ts';

/** Begins jobs, and says why one was not begun. `stale`: first parts of the keys of queries that it changes. */
export function useJobStart(stale: readonly string[], onField?: (field: string, message: string) => boolean) {
  const session = useSession();
  const queryClient = useQueryClient();
  const words = useJobWords();
  const [failure, setFailure] = useState<Explained | null>(null);
  const [busy, setBusy] = useState(false);
  const isAsking = useRef(false);

  /** @returns the job; undefined when it was refused, or is being asked for already */
  const begin = async (path: string, body?: unknown, proof: Proof = {}): Promise<Job | undefined> => {
    if (isAsking.current) return undefined;
    isAsking.current = true;
    setBusy(true);
    setFailure(null);
    try {
      const job = await session.call<Job>(path, { method: 'POST', ...(body === undefined ? {} : { body }), ...proof });
      await queryClient.invalidateQueries({ predicate: ({ queryKey }) => stale.includes(String(queryKey[0])) });
      return job;
    } catch (error) {
      const field = error instanceof ApiFailure ? error.field : null;
      const message = error instanceof ApiFailure ? refusalWords(error) : '';
      if (field === null || !onField?.(field, message)) setFailure(words.explain(error));
      return undefined;
    } finally {
      isAsking.current = false;
      setBusy(false);
    }
  };
  return { begin, busy, failure, clearFailure: () => setFailure(null) };
}
