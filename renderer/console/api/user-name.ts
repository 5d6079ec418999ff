import { useQuery } from '@tanstack/react-query';
import type { User } from '../../../gateway/contract/users.ts';
import { useSession } from '../session/use-session.tsx';

/** What the user with this id is called; undefined until it is known, and for whoever is gone. */
export function useUserName(id: string | undefined): string | undefined {
  const session = useSession();
  const { data } = useQuery({
    queryKey: ['user', 'details', id],
    enabled: id !== undefined,
    queryFn: ({ signal }) => session.call<User>(`/api/admin/users/${id}`, { signal }),
  });
  return data && (data.name || data.email || undefined);
}
