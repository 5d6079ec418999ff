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

/** Whose device this is now; also while their session has ended and may go on. Empty before anybody signed in. */
export function useOperatorId(): string {
  const state = useSessionState();
  if (state.kind === 'signed_in') return state.operator.id;
  return (state.kind === 'signed_out' ? state.before?.id : null) ?? '';
}

type Role = Operator['role'];
const RANKS: Record<Role, number> = { viewer: 0, approver: 1, admin: 2, owner: 3 };

/** Whether what needs `role` may be offered. The gateway decides in any case. What is open stays when a session ends. */
export function useMay(): (role: Role) => boolean {
  const state = useSessionState();
  const operator = state.kind === 'signed_in' ? state.operator : state.kind === 'signed_out' ? state.before : null;
  const rank = operator === null ? -1 : RANKS[operator.role];
  return (role) => rank >= RANKS[role];
}
