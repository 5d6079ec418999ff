import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useDepartmentNames, usePlanNames } from '../api/plans.ts';
import { useFormat } from '../format/use-format.ts';

/** What it takes to say what a move has done: words, formats and the names of what somebody was moved to. */
export function useMoveWords() {
  const { t } = useTranslation(['users', 'common']);
  const format = useFormat();
  const planNames = usePlanNames();
  const departmentNames = useDepartmentNames();
  return useMemo(() => ({ t, format, planNames, departmentNames }), [t, format, planNames, departmentNames]);
}

export type MoveWords = ReturnType<typeof useMoveWords>;
