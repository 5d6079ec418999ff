import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import type { LiveEvent } from '../../../gateway/contract/events.ts';
import { useSession, useSessionState } from '../session/use-session.tsx';
import { type LiveState, openEventStream } from './event-stream.ts';
import { createRefresher } from './refresher.ts';

export interface Live {
  readonly state: LiveState;
  /** When the gateway was last heard, epoch milliseconds. Asked, not told: it is every two seconds. */
  heardAt(): number;
}

const LiveContext = createContext<Live>({ state: 'connecting', heardAt: () => 0 });
const listeners = new Set<(event: LiveEvent) => void>();

/** Keeps one stream of events open while somebody is signed in, and what is shown fresh by it. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const session = useSession();
  const signedIn = useSessionState().kind === 'signed_in';
  const queryClient = useQueryClient();
  const wasSignedIn = useRef(false);
  const heard = useRef(Date.now());
  const [live, setLive] = useState<Live>({ state: 'connecting', heardAt: () => heard.current });

  useEffect(() => {
    if (!signedIn) return;
    // What failed while the session had ended is asked again, and what happened meanwhile shows.
    if (wasSignedIn.current) void queryClient.invalidateQueries();
    wasSignedIn.current = true;
    const refresher = createRefresher(queryClient);
    const close = openEventStream({
      token: () => {
        const state = session.state();
        return state.kind === 'signed_in' ? state.token : null;
      },
      onEvent(event) {
        refresher.hear(event);
        for (const listener of listeners) listener(event);
      },
      onState: (state) => setLive((before) => (before.state === state ? before : { ...before, state })),
      onHeard: () => {
        heard.current = Date.now();
      },
    });
    return () => {
      close();
      refresher.stop();
    };
  }, [session, signedIn, queryClient]);

  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLive(): Live {
  return useContext(LiveContext);
}

/** Calls `listener` for every event while the component is shown. `listener` should not change with every render. */
export function useLiveEvents(listener: (event: LiveEvent) => void): void {
  useEffect(() => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [listener]);
}
