import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ScreenTabs } from '../ui/screen-tabs.tsx';
import { DepartmentsPart } from './departments-part.tsx';
import { ModelsPart } from './models-part.tsx';
import { PlansPart } from './plans-part.tsx';
import { PARTS, type PlansSearch } from './plans-search.ts';

const route = getRouteApi('/plans');

/** What people may use, and at what price. */
export function PlansScreen() {
  const { t } = useTranslation('plans');
  const { part = 'plans', open, search } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: PlansSearch) => void navigate({ search: (before) => ({ ...before, ...changes }) });
  const shown = {
    open,
    search,
    onOpen: (id: string | undefined) => change({ open: id } as PlansSearch),
    onSearch: (text: string | undefined) => change({ search: text } as PlansSearch),
  };

  return (
    <ScreenTabs
      names={PARTS}
      value={part}
      onChange={(next) => void navigate({ search: { part: next } })}
      labelOf={(name) => t(`parts.${name}`)}
      label={t('partsLabel')}
    >
      {part === 'plans' && <PlansPart {...shown} />}
      {part === 'departments' && <DepartmentsPart {...shown} />}
      {part === 'models' && <ModelsPart {...shown} />}
    </ScreenTabs>
  );
}

/** What is open and searched for, and how that changes; undefined closes, and shows all. */
export interface PartProps {
  open: string | undefined;
  search: string | undefined;
  onOpen(id: string | undefined): void;
  onSearch(text: string | undefined): void;
}
