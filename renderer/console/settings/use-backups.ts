import { useQuery } from '@tanstack/react-query';
import type { Backup } from '../../../gateway/contract/backups.ts';
import { useSession } from '../session/use-session.tsx';

export interface Backups {
  readonly items: readonly Backup[];
  readonly folder: string;
  /** When the clock makes the next one; null when it makes none. */
  readonly nextAt: number | null;
}

export const BACKUP_STALE = ['backups', 'jobs', 'audit'];

export function useBackups() {
  const session = useSession();
  return useQuery({
    queryKey: ['backups'],
    queryFn: ({ signal }) => session.call<Backups>('/api/admin/backups', { signal }),
  });
}
