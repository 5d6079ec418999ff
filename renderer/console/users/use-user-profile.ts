import { useQuery } from '@tanstack/react-query';
import type { UserProfile } from '../../../gateway/contract/users.ts';
import { useSession } from '../session/use-session.tsx';

/** What is known of a user beside the numbers; undefined until it is there. */
export function useUserProfile(id: string): UserProfile | undefined {
  const session = useSession();
  const { data } = useQuery({
    queryKey: ['user', 'profile', id],
    queryFn: ({ signal }) => session.call<UserProfile>(`/api/admin/users/${id}/profile`, { signal }),
  });
  return data;
}
