import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { refusalCodes } from '../i18n/en/activity-codes.ts';
import type { SearchField, SearchOption } from '../ui/search/fields.ts';
import { ACTOR_KINDS, JOB_KINDS, JOB_STATUSES, MAIL_STATUSES, OUTCOMES, SUBJECTS } from './activity-search.ts';
import { useCodeWords } from './use-code-words.ts';

/** Somebody or something in the rows that are shown. */
interface Named {
  readonly id: string | null;
  readonly name: string | null;
}

/**
 * What each part of the activity can be filtered by, besides its days.
 *
 * @param users who is in the rows, to be found by name
 * @param models what is in the rows
 */
export function useActivityFields(users: readonly Named[] = NOTHING, models: readonly Named[] = NOTHING) {
  const { t } = useTranslation('activity');
  const words = useCodeWords();
  // The rows are new with every answer; who and what is in them seldom is.
  const known = JSON.stringify([optionsOf(users), optionsOf(models)]);
  return useMemo(() => {
    const choice = <Value extends string>(values: readonly Value[], labelOf: (value: Value) => string) =>
      ({ kind: 'choice', options: values.map((value) => ({ value, label: labelOf(value) })) }) as const;
    const [people, served] = JSON.parse(known) as [SearchOption[], SearchOption[]];
    const user: SearchField = {
      param: 'user',
      key: t('keys.user'),
      words: ['user'],
      label: t('user'),
      is: { kind: 'text', words: people },
      isSingle: true,
    };
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
          is: { kind: 'text', words: served },
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
  }, [t, words, known]);
}

const NOTHING: readonly Named[] = [];

/** Names that can be chosen, each id once. */
function optionsOf(named: readonly Named[]): SearchOption[] {
  const byId = new Map(named.flatMap(({ id, name }) => (id === null ? [] : [[id, name ?? id] as const])));
  return [...byId].map(([value, label]) => ({ value, label }));
}
