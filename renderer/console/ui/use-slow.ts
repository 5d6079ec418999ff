import { useEffect, useState } from 'react';

/** What is over sooner shows nothing: a flicker tells less than none. */
const PATIENCE_MS = 300;

/** Whether what goes on has gone on for long enough to be shown. */
export function useSlow(isGoingOn: boolean): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!isGoingOn) return;
    const timer = setTimeout(() => setSlow(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [isGoingOn]);
  return isGoingOn && isSlow;
}
