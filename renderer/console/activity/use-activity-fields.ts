import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { refusalCodes } from '../i18n/en/activity-codes.ts';
import type { SearchField } from '../ui/search/fields.ts';
import { type ShownUser, useUserField } from '../ui/search/use-user-field.ts';
import { ACTOR_KINDS, JOB_KINDS, JOB_STATUSES, MAIL_STATUSES, OUTCOMES, SUBJECTS } from './activity-search.ts';
import { useCodeWords } from './use-code-words.ts';

/**
 * What each part of the activity can be filtered by, besides its days.
 *
 * @param users who is in the rows, to be found by name
 * @param models what is in the rows
 */
export function useActivityFields(users: readonly ShownUser[] = NOBODY, models: readonly string[] = []) {
  const { t } = useTranslation('activity');
  const words = useCodeWords();
  const user = useUserField(users);
  // The rows are new with every answer; what is in them seldom is.
  const served = JSON.stringify([...new Set(models)]);
  return useMemo(() => {
    const choice = <Value extends string>(values: readonly Value[], labelOf: (value: Value) => string) =>
      ({ kind: 'choice', options: values.map((value) => ({ value, label: labelOf(value) })) }) as const;
    return {
      audit: [
        {
          param: 'action',
          key: t('keys.about'),
          words: ['about', 'action'],
          label: t('subject'),
          is: choice(SUBJECTS, (value) => t(`subjects.${value}`)),
          isSingle: true,
        },
        {
          param: 'actorKind',
          key: t('keys.who'),
          words: ['who', 'actor'],
          label: t('columns.who'),
          is: choice(ACTOR_KINDS, (value) => t(`actors.${value}`)),
          isSingle: true,
        },
        {
          param: 'target',
          key: t('keys.target'),
          words: ['target'],
          label: t('columns.target'),
          is: { kind: 'text' },
          isSingle: true,
        },
      ],
      usage: [
        {
          param: 'outcome',
          key: t('keys.outcome'),
          words: ['outcome'],
          label: t('columns.outcome'),
          is: choice(OUTCOMES, (value) => t(`outcomes.${value}`)),
        },
        {
          param: 'model',
          key: t('keys.model'),
          words: ['model'],
          label: t('columns.model'),
          is: {
            kind: 'text',
            words: (JSON.parse(served) as string[]).map((value) => ({ value, label: value })),
          },
          isSingle: true,
        },
        user,
      ],
      refusals: [
        {
          param: 'code',
          key: t('keys.why'),
          words: ['why', 'code'],
          label: t('columns.why'),
          is: {
            kind: 'text',
            words: Object.keys(refusalCodes).map((value) => ({ value, label: words.refusal(value) })),
          },
          isSingle: true,
        },
        user,
      ],
      jobs: [
        {
          param: 'jobKind',
          key: t('keys.job'),
          words: ['job', 'kind'],
          label: t('columns.what'),
          is: choice(JOB_KINDS, (value) => t(`jobKinds.${value}`)),
        },
        {
          param: 'jobStatus',
          key: t('keys.state'),
          words: ['state', 'status'],
          label: t('columns.status'),
          is: choice(JOB_STATUSES, (value) => t(`jobStatuses.${value}`)),
        },
      ],
      outbox: [
        {
          param: 'status',
          key: t('keys.state'),
          words: ['state', 'status'],
          label: t('columns.status'),
          is: choice(MAIL_STATUSES, (value) => t(`mailStatuses.${value}`)),
        },
        user,
      ],
    } satisfies Record<string, readonly SearchField[]>;
  }, [t, words, user, served]);
}

const NOBODY: readonly ShownUser[] = [];
