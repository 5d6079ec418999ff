import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../gateway/contract/audit.ts';
import { useCodeWords } from './use-code-words.ts';

/** The audit log in people's words. */
export function useAuditWords() {
  const { t } = useTranslation('activity');
  const { action } = useCodeWords();
  return useMemo(
    () => ({
      action,
      who: (entry: AuditEntry) => entry.actorName ?? t(`actors.${entry.actorKind}`),
      target: (entry: AuditEntry) => entry.targetName ?? entry.targetId ?? '',
      /** Reasons may speak of people, so they lie with what can be erased. */
      reason: (entry: AuditEntry): string => {
        const reason = entry.personal?.reason ?? entry.details.reason;
        return typeof reason === 'string' ? reason : '';
      },
    }),
    [t, action],
  );
}
