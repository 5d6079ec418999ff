import { Button, Paper, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useDepartments } from '../api/plans.ts';
import { useMay } from '../session/use-session.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { hasText, ListFilter } from '../ui/list-filter.tsx';
import { NoMatch } from '../ui/no-match.tsx';
import { PartHead } from '../ui/part-head.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { DepartmentDrawer } from './department-drawer.tsx';
import { DepartmentRow } from './department-row.tsx';
import type { PartProps } from './plans-screen.tsx';
import { NEW } from './plans-search.ts';

/** The department that is everybody. */
export const TEAM = 'team';

/** Caps that hold for several people together: the team's first, then the departments'. */
export function DepartmentsPart({ open, onOpen, search, onSearch }: PartProps) {
  const { t } = useTranslation('plans');
  const may = useMay();
  const query = useDepartments();
  return (
    <QueryState query={query}>
      {({ items }) => {
        const team = items.find(({ id }) => id === TEAM);
        const others = items.filter(({ id }) => id !== TEAM);
        const found = others.filter(({ id, name }) => hasText(search, [id, name]));
        return (
          <>
            <PartHead
              text={t('departmentsHint')}
              action={
                may('admin') && (
                  <Button leftSection={<IconPlus size={16} />} onClick={() => onOpen(NEW)}>
                    {t('newDepartment')}
                  </Button>
                )
              }
            />
            <ListFilter count={others.length} value={search} onChange={onSearch} />
            <Stack gap="sm">
              {team && <DepartmentRow department={team} isTeam onOpen={() => onOpen(TEAM)} />}
              {found.map((department) => (
                <DepartmentRow
                  key={department.id}
                  department={department}
                  isTeam={false}
                  onOpen={() => onOpen(department.id)}
                />
              ))}
            </Stack>
            {search !== undefined && found.length === 0 && (
              <Paper withBorder mt="sm">
                <NoMatch onClear={() => onSearch(undefined)} />
              </Paper>
            )}
            {search === undefined && others.length === 0 && (
              <Paper withBorder mt="sm">
                <EmptyPanel icon={null} title={t('noDepartments')} text={t('noDepartmentsText')} />
              </Paper>
            )}
            {open !== undefined && (
              <DepartmentDrawer
                key={open}
                department={items.find(({ id }) => id === open)}
                isNew={open === NEW}
                isTeam={open === TEAM}
                onClose={() => onOpen(undefined)}
              />
            )}
          </>
        );
      }}
    </QueryState>
  );
}
