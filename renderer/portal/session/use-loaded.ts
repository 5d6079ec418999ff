import { useEffect, useState } from 'react';
import { Failure } from './client.ts';
import { useSession } from './session.tsx';

export interface Loaded<T> {
  /** Null until the first answer; the old one stays while a newer one is asked for. */
  readonly value: T | null;
  readonly failure: Failure | null;
}

/** Asks the API for `path`, and again whenever something of the user has changed. Null asks nothing. */
export function useLoaded<T>(path: string | null): Loaded<T> {
  const { client, revision } = useSession();
  const [loaded, setLoaded] = useState<Loaded<T> & { path: string | null }>({ value: null, failure: null, path });

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision is the reason to ask again
  useEffect(() => {
    if (path === null) return;
    let isOver = false;
    client.call<T>(path).then(
      (value) => {
        if (!isOver) setLoaded({ value, failure: null, path });
      },
      (error: unknown) => {
        if (!isOver && error instanceof Failure) setLoaded((before) => ({ ...before, failure: error, path }));
      },
    );
    return () => {
      isOver = true;
    };
  }, [client, path, revision]);

  return loaded.path === path ? loaded : { value: null, failure: null };
}
