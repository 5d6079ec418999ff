import { useRef, useState } from 'react';
import { Failure } from '../session/client.ts';
import type { Faults } from './use-faults.ts';

export interface Sending {
  readonly isSending: boolean;
  /** Why it was not done, where no field is at fault. */
  readonly failure: Failure | null;
  /** What failed before is told no longer. */
  clear(): void;
  /** One thing at a time: what is asked for meanwhile is not begun. @returns whether it was done */
  send(work: () => Promise<unknown>): Promise<boolean>;
}

/** @param faults of the form, where what the gateway refuses may stand at a field */
export function useSending(faults?: Pick<Faults, 'refuse'>): Sending {
  const [isSending, setIsSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isUnderWay = useRef(false);
  return {
    isSending,
    failure,
    clear: () => setFailure(null),
    async send(work) {
      if (isUnderWay.current) return false;
      isUnderWay.current = true;
      setIsSending(true);
      setFailure(null);
      try {
        await work();
        return true;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (!faults?.refuse(error)) setFailure(error);
        return false;
      } finally {
        isUnderWay.current = false;
        setIsSending(false);
      }
    },
  };
}
