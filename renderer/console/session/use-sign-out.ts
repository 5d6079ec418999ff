import { drafts } from '../drafts/use-draft.ts';
import { useOperatorId, useSession } from './use-session.tsx';

/** Signs out, and leaves nothing of what was typed on this device. */
export function useSignOut(): () => void {
  const session = useSession();
  const operatorId = useOperatorId();
  return () => {
    drafts.forget(operatorId);
    void session.signOut();
  };
}
