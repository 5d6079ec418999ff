import { useQuery } from '@tanstack/react-query';
import type { AuditEntry } from '../../../gateway/contract/audit.ts';
import type { Backup } from '../../../gateway/contract/backups.ts';
import type { List } from '../../../gateway/contract/common.ts';
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

/** As many acts on backups as are looked through for those who made them. */
const ACTS = 200;
const MAKING = ['backup.made', 'backup.uploaded'];

/** Who made or brought each backup, by its name, as the audit log has it; nobody where the clock did. */
export function useBackupMakers(): ReadonlyMap<string, string> {
  const session = useSession();
  const { data } = useQuery({
    queryKey: ['audit', 'backups'],
    queryFn: ({ signal }) =>
      session.call<List<AuditEntry>>('/api/admin/audit', { query: { action: 'backup', limit: ACTS }, signal }),
  });
  const makers = (data?.items ?? [])
    .filter(({ action }) => MAKING.includes(action))
    .flatMap(({ details, actorName }) => (actorName === null ? [] : [[String(details.name), actorName] as const]));
  return new Map(makers);
}
