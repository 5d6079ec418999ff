import { useQuery } from '@tanstack/react-query';
import type { Me, SafeMode } from '../../../gateway/contract/operators.ts';
import { usePreferences } from '../preferences.ts';
import { useOperatorId, useSession, useSessionState } from '../session/use-session.tsx';

/** From the least that is asked to the most. */
export const LEVELS = ['silent', 'confirm', 'password'] as const satisfies readonly SafeMode[];

export function isLower(level: SafeMode, than: SafeMode): boolean {
  return LEVELS.indexOf(level) < LEVELS.indexOf(than);
}

/** The operator as the gateway knows them, with what the team asks at least. */
export function useMe() {
  const session = useSession();
  return useQuery({ queryKey: ['me'], queryFn: ({ signal }) => session.call<Me>('/api/auth/me', { signal }) });
}

export interface SafeModeState {
  /** What applies: the operator's own choice, and at least the team's. */
  readonly level: SafeMode;
  /** The least that the team allows. */
  readonly least: SafeMode;
  /** Whether there is a password that could be asked for. */
  readonly hasPassword: boolean;
  choose(level: SafeMode): void;
}

/** What is asked before something dangerous, on this device. */
export function useSafeMode(): SafeModeState {
  const operatorId = useOperatorId();
  const state = useSessionState();
  const { safeModes, change } = usePreferences();
  const { data } = useMe();
  const known = state.kind === 'signed_in' ? state.operator : state.kind === 'signed_out' ? state.before : null;
  const hasPassword = (data?.operator ?? known)?.hasPassword ?? false;
  const least = data?.safeMode ?? 'silent';
  const own = safeModes[operatorId] ?? 'confirm';
  const wanted = isLower(own, least) ? least : own;
  return {
    level: wanted === 'password' && !hasPassword ? 'confirm' : wanted,
    least,
    hasPassword,
    choose: (level) => change({ safeModes: { ...safeModes, [operatorId]: level } }),
  };
}
