import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { List } from '../../../gateway/contract/common.ts';
import type { User } from '../../../gateway/contract/users.ts';
import { useSession } from '../session/use-session.tsx';

const SHOWN = 20;
const TYPING_MS = 200;

/** Users to choose from, as the gateway finds them; the chosen one is always among them. */
export function useFoundUsers(chosen: string | null) {
  const session = useSession();
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search, TYPING_MS);
  const found = useQuery({
    queryKey: ['user', 'choice', asked],
    queryFn: ({ signal }) =>
      session.call<List<User>>('/api/admin/users', { query: { search: asked, limit: SHOWN, sort: 'name' }, signal }),
  });
  const current = useQuery({
    queryKey: ['user', 'details', chosen],
    enabled: chosen !== null,
    queryFn: ({ signal }) => session.call<User>(`/api/admin/users/${chosen}`, { signal }),
  });
  const users = [...(current.data ? [current.data] : []), ...(found.data?.items ?? [])];
  const options = [...new Map(users.map((user) => [user.id, user])).values()].map(({ id, name, email }) => ({
    value: id,
    label: [name, email].filter(Boolean).join(' · ') || id,
  }));
  return { options, search, setSearch };
}
