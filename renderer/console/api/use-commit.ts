/** How everything that operators change gets to the gateway: shown at once, sent once, and said when it is done. */
import { useIsMutating, useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/use-session.tsx';
import { explainFailure } from '../ui/explain-failure.ts';
import { tellDone, tellFailed } from '../ui/toasts.tsx';
import { useSlow } from '../ui/use-slow.ts';
import { expectationsOf, type Held } from './expectations.ts';
import type { Expected } from './expected.ts';
import { ApiFailure, type Call, isPassing } from './http.ts';

/** One call that changes something. */
export interface Step {
  readonly path: string;
  readonly call: Call;
  /** What will be seen of it, where that is known before the answer. */
  readonly expects?: Expected | readonly Expected[] | undefined;
}

/** What takes a change back. */
export interface Undo extends Step {
  /** In the past tense, for the toast. */
  readonly done?: string | ((answer: never) => string) | undefined;
  /** Once it is taken back, at whichever attempt. */
  onDone?(answer: unknown): void;
}

/** One change of what the server owns, and what takes it back. Without `done` nothing is said. */
export interface Change extends Undo {
  /** Where only the answer says what takes it back, it is asked for of that. */
  readonly undo?: Undo | ((answer: never) => Undo | undefined) | undefined;
}

/** A change with the key that makes it count once. */
interface Attempt extends Change {
  readonly key: string;
  /** Whether it may have been done already by an attempt whose answer was lost. */
  readonly isAgain: boolean;
}

const MUTATION_KEY = ['change'];

export function useCommit(stale: readonly string[]) {
  const session = useSession();
  const queryClient = useQueryClient();
  const { t } = useTranslation();
  // The same key while the same thing is tried again, so that it happens once.
  const tried = useRef<{ what: string; key: string } | null>(null);
  const sending = useRef(new Map<string, Promise<unknown>>());

  const refresh = () =>
    queryClient.invalidateQueries({ predicate: ({ queryKey }) => stale.includes(String(queryKey[0])) });

  const { mutateAsync, isPending } = useMutation<unknown, unknown, Attempt, readonly Held[]>({
    mutationKey: MUTATION_KEY,
    // Bodies may hold passwords: none stays in memory.
    gcTime: 0,
    async mutationFn({ path, call, key, isAgain }) {
      try {
        return await session.call<unknown>(path, { ...call, idempotencyKey: key });
      } catch (error) {
        const isGone = call.method === 'DELETE' && error instanceof ApiFailure && error.status === 404;
        // It was removed the first time, and the answer got lost.
        if (isAgain && isGone) return null;
        throw error;
      }
    },
    onMutate: ({ expects = [] }) =>
      [expects].flat().map((expected) => expectationsOf(queryClient).expect(expected as Expected)),
    onError: (_error, _attempt, held) => held?.forEach((one) => void one.withdraw()),
    async onSuccess(answer, { done, undo }, held) {
      for (const one of held) one.fulfil();
      await refresh();
      if (done === undefined) return;
      const back = typeof undo === 'function' ? undo(answer as never) : undo;
      const undone = back && { ...back, done: back.done ?? t('takenBack') };
      const takeBack = undone && { label: t('undo'), run: () => void insist({ ...undone, ...newAttempt() }) };
      tellDone({ message: typeof done === 'string' ? done : done(answer as never), undo: takeBack });
    },
  });

  const send = (attempt: Attempt): Promise<unknown> => {
    const what = whatOf(attempt);
    const now = sending.current.get(what);
    if (now) return now;
    const sent = mutateAsync(attempt)
      .then((answer) => {
        if (tried.current?.what === what) tried.current = null;
        attempt.onDone?.(answer);
        return answer;
      })
      .finally(() => sending.current.delete(what));
    sending.current.set(what, sent);
    return sent;
  };
  /** Sends it, and says why where it fails; what may pass can be tried again from there. */
  const insist = (attempt: Attempt): Promise<unknown> => send(attempt).catch((error: unknown) => tell(error, attempt));
  const tell = (error: unknown, attempt: Attempt) => {
    const { title, next } = explainFailure(error);
    if (!isPassing(error)) return tellFailed({ title, next });
    const retry = { label: t('retry'), run: () => void insist({ ...attempt, isAgain: true }) };
    const hint = error instanceof ApiFailure ? `${next} ${t('retryHint')}` : t('retryLost');
    tellFailed({ id: attempt.key, title, next: hint, retry });
  };
  const attemptOf = (change: Change): Attempt => {
    const what = whatOf(change);
    const isAgain = tried.current?.what === what;
    if (!isAgain) tried.current = { what, key: crypto.randomUUID() };
    return { ...change, key: tried.current?.key ?? '', isAgain };
  };

  return {
    /** Sends a change. Sent again while it is under way, it is the same one. @throws what the call throws */
    commit: (change: Change) => send(attemptOf(change)),
    /** Says why a change failed, with a way to try it again where that may help. */
    tell: (error: unknown, change: Change) => tell(error, attemptOf(change)),
    isSending: (change: Step) => sending.current.has(whatOf(change)),
    /** Whether it takes long enough to be shown. */
    isPending: useSlow(isPending),
  };
}

/** Whether anything is being saved, for long enough to be shown. */
export function useIsSaving(): boolean {
  return useSlow(useIsMutating({ mutationKey: MUTATION_KEY }) > 0);
}

/** The same thing, whatever proves anew that it may be done. */
function whatOf({ path, call: { confirmation: _confirmation, ...call } }: Step): string {
  return JSON.stringify([path, call]);
}

function newAttempt() {
  return { key: crypto.randomUUID(), isAgain: false };
}
