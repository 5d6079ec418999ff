import { useEffect, useState } from 'react';

const SAID_FOR_MS = { copied: 1_200, failed: 5_000 } as const;

export interface Copying {
  /** How the last copy ended, for as long as it is worth saying. */
  readonly state: 'copied' | 'failed' | null;
  copy(text: string): void;
}

/** Copies texts. @param onFailed the clipboard was not given: what was to be copied must be there to be selected */
export function useCopy(onFailed?: () => void): Copying {
  const [state, setState] = useState<Copying['state']>(null);

  useEffect(() => {
    if (!state) return;
    const timer = setTimeout(() => setState(null), SAID_FOR_MS[state]);
    return () => clearTimeout(timer);
  }, [state]);

  return {
    state,
    copy(text) {
      write(text).then(
        () => setState('copied'),
        () => {
          setState('failed');
          onFailed?.();
        },
      );
    },
  };
}

/** @throws Error where there is no clipboard: browsers give none to pages without TLS on other machines */
async function write(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
