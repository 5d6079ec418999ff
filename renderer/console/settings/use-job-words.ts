import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../gateway/contract/jobs.ts';
import { ApiFailure } from '../api/http.ts';
import { type Explained, explainFailure } from '../ui/explain-failure.ts';

/** How jobs are spoken of. A refusal that has no words of its own is told in the gateway's. */
export function useJobWords() {
  const { t } = useTranslation('settings');
  // Refusals are looked up by the gateway's codes, which the catalogue's type cannot know.
  const look = i18next.getFixedT(i18next.language, 'settings') as unknown as (
    key: string,
    options: { defaultValue: string },
  ) => string;
  const refused = (code: string, message: string) => look(`jobs.refusals.${code}`, { defaultValue: message });
  return {
    name: ({ kind, params }: Job): string =>
      kind === 'verify' && typeof params.name === 'string' ? t('jobs.names.proof') : t(`jobs.names.${kind}`),
    phase: ({ phase }: Job): string =>
      phase === null ? t('jobs.begins') : look(`jobs.phases.${phase}`, { defaultValue: phase }),
    refused,
    /** What a call that begins a job was refused for. */
    explain(error: unknown): Explained {
      const explained = explainFailure(error);
      if (!(error instanceof ApiFailure)) return explained;
      const next = refused(error.code, '');
      return next === '' ? explained : { ...explained, title: t('jobs.notBegun'), next };
    },
  };
}
