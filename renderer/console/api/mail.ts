import { useQuery } from '@tanstack/react-query';
import type { MailState } from '../../../gateway/contract/mail.ts';
import { useSession } from '../session/use-session.tsx';

/** Whether mail works, and how much of it waits. */
export function useMailState() {
  const session = useSession();
  return useQuery({
    queryKey: ['mail'],
    queryFn: ({ signal }) => session.call<MailState>('/api/admin/mail', { signal }),
  });
}
