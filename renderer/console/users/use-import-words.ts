import { useTranslation } from 'react-i18next';
import type { ImportColumn } from '../../../gateway/contract/user-import.ts';
import type { ApiFailure } from '../api/http.ts';
import { usePlanNames } from '../api/plans.ts';
import { useFormat } from '../format/use-format.ts';
import { refusalWords } from '../ui/refusal-words.ts';

const FILE_PROBLEMS = [
  'empty_file',
  'column_twice',
  'no_email_column',
  'too_many_lines',
  'unreadable_csv',
  'import_errors',
] as const;

/** An import in people's words. */
export function useImportWords() {
  const { t } = useTranslation(['users', 'common']);
  const { exact } = useFormat();
  const planNames = usePlanNames();
  const columns: Record<ImportColumn, string> = {
    id: 'Id',
    email: t('email'),
    name: t('columns.name'),
    plan: t('plan'),
    department: t('department'),
    monthlyLimit: t('limit'),
    locale: t('import.locale'),
  };
  return {
    column: (column: ImportColumn) => columns[column],
    value(column: ImportColumn, value: string | number | null): string {
      if (typeof value === 'number') return exact(value);
      if (value === null) return column === 'monthlyLimit' ? t('common:noLimit') : t('common:none');
      if (column === 'monthlyLimit' && value === 'inherit') return t('limitModes.inherit');
      return column === 'plan' ? (planNames.get(value) ?? value) : value;
    },
    /** What is wrong with the file as a whole. */
    file(failure: ApiFailure): string {
      const known = FILE_PROBLEMS.find((problem) => problem === failure.code);
      return known ? t(`import.fileProblems.${known}`) : refusalWords(failure);
    },
  };
}
