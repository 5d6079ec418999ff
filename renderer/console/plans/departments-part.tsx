import { Button, Paper, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useDepartments } from '../api/plans.ts';
import { useMay } from '../session/use-session.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { PartHead } from '../ui/part-head.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { WalkedRows } from '../ui/table/walked-rows.tsx';
import { WholeList } from '../ui/whole-list.tsx';
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
            <WalkedRows group={t('parts.departments')}>
              <Stack gap="sm">
                <WholeList
                  items={items.filter(({ id }) => id !== TEAM)}
                  textsOf={({ id, name }) => [id, name]}
                  search={search}
                  onSearch={onSearch}
                  lead={team && <DepartmentRow department={team} isTeam onOpen={() => onOpen(TEAM)} />}
                  none={
                    <Paper withBorder>
                      <EmptyPanel icon={null} title={t('noDepartments')} text={t('noDepartmentsText')} />
                    </Paper>
                  }
                >
                  {(found) =>
                    found.map((department) => (
                      <DepartmentRow
                        key={department.id}
                        department={department}
                        isTeam={false}
                        onOpen={() => onOpen(department.id)}
                      />
                    ))
                  }
                </WholeList>
              </Stack>
            </WalkedRows>
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
