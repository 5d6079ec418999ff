import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../gateway/contract/audit.ts';

/** The audit log in people's words. An act that has none yet is called by its name in the API. */
export function useAuditWords() {
  const { t, i18n } = useTranslation('activity');
  const { language } = i18n;
  return useMemo(() => {
    // Acts are looked up by the gateway's own names, which the catalogue's type cannot know.
    const find = i18n.getFixedT(language, 'activity') as unknown as (
      key: string,
      options: { defaultValue: string },
    ) => string;
    return {
      action: (action: string) => find(`acts.${action.replace('.', '_')}`, { defaultValue: action }),
      who: (entry: AuditEntry) => entry.actorName ?? t(`actors.${entry.actorKind}`),
      reason: (entry: AuditEntry): string => {
        const reason = entry.personal?.reason ?? entry.details.reason;
        return typeof reason === 'string' ? reason : '';
      },
    };
  }, [t, i18n, language]);
}
