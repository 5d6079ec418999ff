import { useTranslation } from 'react-i18next';
import type { Backup } from '../../../gateway/contract/backups.ts';
import { useFormat } from '../format/use-format.ts';

interface BackupWords {
  readonly when: string;
  readonly state: string;
  /** Who made it, how large it is and what it holds. */
  readonly facts: string;
}

/** What is told of a backup; it is found by the same words. */
export function useBackupWords(): (backup: Backup) => BackupWords {
  const { t } = useTranslation('settings');
  const { time, size, exact } = useFormat();
  return ({ bytes, createdAt, origin, good, version, engine, users, rows, hasKey }) => ({
    when: time(createdAt),
    state: t(good ? 'backups.good' : 'backups.bad'),
    facts: [
      t(`backups.origins.${origin}`),
      size(bytes),
      ...(users === null || rows === null ? [] : [t('backups.holds', { users: exact(users), rows: exact(rows) })]),
      ...(version === null || engine === null ? [] : [`${version} · ${t(`database.engines.${engine}`)}`]),
      t(hasKey ? 'backups.withKey' : 'backups.withoutKey'),
    ].join(' · '),
  });
}
