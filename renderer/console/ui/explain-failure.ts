/** What a failed call means to a person, and what comes next, in the reader's language. */
import i18next from 'i18next';
import { ApiFailure } from '../api/http.ts';

export interface Explained {
  readonly title: string;
  readonly next: string;
  readonly cause: string | null;
}

export function explainFailure(error: unknown): Explained {
  const t = i18next.getFixedT(null, 'frame');
  if (!(error instanceof ApiFailure)) {
    const cause = error instanceof Error ? error.message : String(error);
    return { title: t('failure.network'), next: t('failure.networkNext'), cause };
  }
  const cause = `HTTP ${error.status} ${error.code}: ${error.message}`;
  switch (error.status) {
    case 403:
      return { title: t('failure.forbidden'), next: t('failure.forbiddenNext'), cause };
    case 404:
      return { title: t('failure.notFound'), next: t('failure.notFoundNext'), cause };
    case 409:
      return { title: t('failure.conflict'), next: `${error.message} ${t('failure.conflictNext')}`, cause };
    case 429: {
      const seconds = error.retryAfterSeconds ?? 5;
      return { title: t('failure.tooMany'), next: t('failure.tooManyNext', { seconds }), cause };
    }
    default:
      return error.status < 500
        ? { title: t('failure.invalid'), next: error.message, cause }
        : { title: t('failure.server'), next: t('failure.serverNext'), cause };
  }
}
