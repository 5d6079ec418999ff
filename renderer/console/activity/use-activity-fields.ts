import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedUsage } from '../../../gateway/contract/reports.ts';
import { weekdayNames } from '../format/dates.ts';
import { refusalCodes } from '../i18n/en/activity-codes.ts';
import type { SearchField } from '../ui/search/fields.ts';
import { type ShownUser, useUserField } from '../ui/search/use-user-field.ts';
import {
  ACTOR_KINDS,
  HOURS_OF_WEEK,
  JOB_KINDS,
  JOB_STATUSES,
  MAIL_STATUSES,
  OUTCOMES,
  SUBJECTS,
} from './activity-search.ts';
import { useCodeWords } from './use-code-words.ts';

/**
 * What each part of the activity can be filtered by, besides its days.
 *
 * @param users who is in the rows, to be found by name
 * @param rows requests that are shown, whose models and upstreams are offered
 */
export function useActivityFields(users: readonly ShownUser[] = NOBODY, rows: readonly Served[] = []) {
  const { t, i18n } = useTranslation('activity');
  const words = useCodeWords();
  const user = useUserField(users);
  // The rows are new with every answer; what is in them seldom is.
  const models = JSON.stringify([...new Set(rows.map(({ model }) => model))]);
  const upstreams = JSON.stringify([...new Set(rows.map(({ upstream }) => upstream))]);
  return useMemo(() => {
    const choice = <Value extends string>(values: readonly Value[], labelOf: (value: Value) => string) =>
      ({ kind: 'choice', options: values.map((value) => ({ value, label: labelOf(value) })) }) as const;
    const seen = (values: string) => (JSON.parse(values) as string[]).map((value) => ({ value, label: value }));
    const weekdays = weekdayNames(i18n.language, 'long');
    const hours = HOURS_OF_WEEK.map((value) => {
      const [weekday = 0, hour = 0] = value.split('-').map(Number);
      return { value, label: `${weekdays[weekday]} ${String(hour).padStart(2, '0')}:00` };
    });
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
          is: { kind: 'text', words: seen(models) },
          isSingle: true,
        },
        {
          param: 'upstream',
          key: t('keys.upstream'),
          words: ['upstream'],
          label: t('upstream'),
          is: { kind: 'text', words: seen(upstreams) },
          isSingle: true,
        },
        {
          param: 'hour',
          key: t('keys.hour'),
          words: ['hour'],
          label: t('hour'),
          is: { kind: 'choice', options: hours },
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
  }, [t, i18n.language, words, user, models, upstreams]);
}

type Served = Pick<ListedUsage, 'model' | 'upstream'>;

const NOBODY: readonly ShownUser[] = [];
