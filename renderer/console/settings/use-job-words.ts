import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../gateway/contract/jobs.ts';
import { ApiFailure } from '../api/http.ts';
import { type Explained, explainFailure } from '../ui/explain-failure.ts';
import { isTold, type Refusal, refusalWords } from '../ui/refusal-words.ts';

/** How jobs are spoken of. */
export function useJobWords() {
  const { t } = useTranslation('settings');
  // Looked up by the gateway's names, which the catalogue's type cannot know.
  const look = i18next.getFixedT(i18next.language, 'settings') as unknown as (
    key: string,
    options: { defaultValue: string },
  ) => string;
  return {
    name: ({ kind, params }: Job): string =>
      kind === 'verify' && typeof params.name === 'string' ? t('jobs.names.proof') : t(`jobs.names.${kind}`),
    phase: ({ phase }: Job): string =>
      phase === null ? t('jobs.begins') : look(`jobs.phases.${phase}`, { defaultValue: phase }),
    refused: (refusal: Refusal) => refusalWords(refusal),
    /** What a call that begins a job was refused for. */
    explain(error: unknown): Explained {
      const explained = explainFailure(error, true);
      return error instanceof ApiFailure && isTold(error.code)
        ? { ...explained, title: t('jobs.notBegun'), next: refusalWords(error) }
        : explained;
    },
  };
}
