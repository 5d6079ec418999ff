/** What a failed call means to a person, and what comes next, in the reader's language. */
import i18next from 'i18next';
import { ApiFailure } from '../api/http.ts';
import { isTold, refusalWords } from './refusal-words.ts';

export interface Explained {
  readonly title: string;
  readonly next: string;
  readonly cause: string | null;
}

/** What could be done a moment ago: somebody else has changed it meanwhile. */
const OVERTAKEN = ['already_decided', 'conflict', 'limit_changed', 'not_decided', 'selection_changed'];

/** Nobody removed it by hand. */
const EXPECTED = ['usage_not_kept'];

const ENDED = ['unauthenticated', 'session_ended', 'invalid_token'];

/** The same under a title that says what was not done; the reason stays, where it was in the title. */
export function titled(title: string, error: unknown): Explained {
  const explained = explainFailure(error, true);
  const isInNext = error instanceof ApiFailure && isTold(error.code) && error.status !== 403 && error.status !== 404;
  return isInNext ? { ...explained, title } : { ...explained, title, next: `${explained.title} ${explained.next}` };
}

/** The same in a line, for places that have no more room. */
export function failureSentence(error: unknown): string {
  const { title, next } = explainFailure(error, true);
  return `${title} ${next}`;
}

/** @param isSent it was sent from a form: nothing sends it again by itself */
export function explainFailure(error: unknown, isSent = false): Explained {
  const t = i18next.getFixedT(null, 'frame');
  if (!(error instanceof ApiFailure)) {
    const cause = error instanceof Error ? error.message : String(error);
    const next = t(isSent ? 'failure.networkSent' : 'failure.networkNext');
    return { title: t('failure.network'), next, cause };
  }
  const cause = `HTTP ${error.status} ${error.code}: ${error.message}`;
  const words = refusalWords(error);
  // Not of a wrong password, which has words of its own.
  if (error.status === 401 && ENDED.includes(error.code)) {
    return { title: t('failure.session'), next: t('failure.sessionNext'), cause };
  }
  switch (error.status) {
    case 403:
      return { title: t('failure.forbidden'), next: t('failure.forbiddenNext'), cause };
    case 404:
      return {
        title: t('failure.notFound'),
        next: EXPECTED.includes(error.code) ? words : t('failure.notFoundNext'),
        cause,
      };
    case 409:
      return OVERTAKEN.includes(error.code) || !isTold(error.code)
        ? { title: t('failure.conflict'), next: `${words} ${t('failure.conflictNext')}`, cause }
        : { title: t('failure.notPossible'), next: words, cause };
    case 429: {
      const seconds = error.retryAfterSeconds ?? 5;
      return { title: t('failure.tooMany'), next: t('failure.tooManyNext', { seconds }), cause };
    }
    default: {
      if (error.status >= 500 && error.code !== 'mail_failed' && error.code !== 'maintenance')
        return { title: t('failure.server'), next: t('failure.serverNext'), cause };
      // The field is named, since none of the form has its name.
      const next = error.code === 'invalid_input' && error.field !== null ? `${error.field}: ${words}` : words;
      return { title: t('failure.invalid'), next, cause };
    }
  }
}
