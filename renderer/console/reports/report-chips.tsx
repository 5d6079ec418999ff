import { Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDepartments } from '../api/plans.ts';
import { useUserName } from '../api/user-name.ts';
import { FilterChip } from '../ui/filter-chip.tsx';
import type { ReportsSearch } from './reports-search.ts';

interface ReportChipsProps {
  search: ReportsSearch;
  onChange(changes: Partial<Record<keyof ReportsSearch, undefined>>): void;
}

/** What a report is narrowed to beyond its days. */
export function ReportChips({ search: { user, department, model }, onChange }: ReportChipsProps) {
  const { t } = useTranslation('reports');
  const departments = useDepartments().data?.items ?? [];
  const userName = useUserName(user?.length === 1 ? user[0] : undefined);
  if (!user && !department && !model) return null;
  const departmentName = (id: string) =>
    id === 'none' ? t('noDepartment') : (departments.find((one) => one.id === id)?.name ?? id);
  return (
    <Group gap="xs" mb="sm">
      {user && (
        <FilterChip
          name={t('groups.user')}
          value={userName ?? user.join(', ')}
          onRemove={() => onChange({ user: undefined })}
        />
      )}
      {department && (
        <FilterChip
          name={t('groups.department')}
          value={department.map(departmentName).join(', ')}
          onRemove={() => onChange({ department: undefined })}
        />
      )}
      {model && (
        <FilterChip name={t('groups.model')} value={model.join(', ')} onRemove={() => onChange({ model: undefined })} />
      )}
    </Group>
  );
}
