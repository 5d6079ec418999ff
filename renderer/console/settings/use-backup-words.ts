import { useTranslation } from 'react-i18next';
import type { Backup } from '../../../gateway/contract/backups.ts';
import { useFormat } from '../format/use-format.ts';
import { useBackupMakers } from './use-backups.ts';

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
  const makers = useBackupMakers();
  const whoMade = (name: string, origin: Backup['origin']) => {
    const who = makers.get(name);
    return who === undefined ? t(`backups.origins.${origin}`) : t('backups.madeBy', { who });
  };
  return ({ name, bytes, createdAt, origin, good, version, engine, users, rows, hasKey }) => ({
    when: time(createdAt),
    state: t(good ? 'backups.good' : 'backups.bad'),
    facts: [
      whoMade(name, origin),
      size(bytes),
      ...(users === null || rows === null ? [] : [t('backups.holds', { users: exact(users), rows: exact(rows) })]),
      ...(version === null || engine === null ? [] : [`${version} · ${t(`database.engines.${engine}`)}`]),
      t(hasKey ? 'backups.withKey' : 'backups.withoutKey'),
    ].join(' · '),
  });
}
