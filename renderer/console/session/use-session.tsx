import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { Operator } from '../../../gateway/contract/operators.ts';
import type { Session } from './session.ts';

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession is used outside of its provider.');
  return session;
}

export function useSessionState() {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.state);
}

type Role = Operator['role'];
const RANKS: Record<Role, number> = { viewer: 0, approver: 1, admin: 2, owner: 3 };

/** Whether what needs `role` may be offered. The gateway decides in any case. */
export function useMay(): (role: Role) => boolean {
  const state = useSessionState();
  const rank = state.kind === 'signed_in' ? RANKS[state.operator.role] : -1;
  return (role) => rank >= RANKS[role];
}
