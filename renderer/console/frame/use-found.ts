import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { List } from '../../../gateway/contract/common.ts';
import type { Ticket } from '../../../gateway/contract/tickets.ts';
import type { User } from '../../../gateway/contract/users.ts';
import { useModelNames } from '../plans/use-model-terms.ts';
import { useSession } from '../session/use-session.tsx';

const ENOUGH_TO_SEARCH = 2;
const SHOWN = 6;
const TYPING_MS = 150;

interface Found {
  readonly users: readonly User[];
  readonly tickets: readonly Ticket[];
  readonly models: readonly string[];
}

/** People, requests and models that the text names. The gateway finds, over all of them. */
export function useFound(text: string): Found {
  const [search] = useDebouncedValue(text.trim(), TYPING_MS);
  const isEnough = search.length >= ENOUGH_TO_SEARCH && text.trim() !== '';
  const users = useSearch<User>('user', '/api/admin/users', search, isEnough);
  const tickets = useSearch<Ticket>('tickets', '/api/admin/requests', search, isEnough);
  const names = useModelNames(isEnough);
  const models = names.filter((name) => name.toLowerCase().includes(search.toLowerCase())).slice(0, SHOWN);
  return isEnough ? { users, tickets, models } : { users: [], tickets: [], models: [] };
}

function useSearch<Item>(name: string, path: string, search: string, enabled: boolean): readonly Item[] {
  const session = useSession();
  const { data } = useQuery({
    queryKey: [name, 'palette', search],
    enabled,
    queryFn: ({ signal }) => session.call<List<Item>>(path, { query: { search, limit: SHOWN }, signal }),
  });
  return data?.items ?? [];
}
