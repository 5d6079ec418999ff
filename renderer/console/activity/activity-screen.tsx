import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../session/use-session.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { ScreenTabs } from '../ui/screen-tabs.tsx';
import { type ActivitySearch, PARTS, type Part } from './activity-search.ts';
import { AuditPart } from './audit-part.tsx';
import { JobsPart } from './jobs-part.tsx';
import { OutboxPart } from './outbox-part.tsx';
import { RefusalsPart } from './refusals-part.tsx';
import { UsagePart } from './usage-part.tsx';

const route = getRouteApi('/activity');

/** Who did what, and whether the record is sound. */
export function ActivityScreen() {
  const { t } = useTranslation('activity');
  const may = useMay();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const names = PARTS.filter(({ role }) => may(role)).map(({ id }) => id);
  const part: Part = search.part ?? names[0] ?? 'usage';
  const props: ActivityPartProps = {
    search,
    onChange: (changes) =>
      void navigate({ search: ({ pages: _pages, ...before }) => ({ ...before, ...changes }), replace: true }),
    onFilter: (make, replace) => void navigate({ search: make, replace }),
    onOpen: (open) => void navigate({ search: (before) => ({ ...before, open }) as ActivitySearch }),
    onClear: () => void navigate({ search: { part }, replace: true }),
  };
  if (!names.includes(part)) {
    return <EmptyPanel icon={null} title={t('notAllowed')} text={t('notAllowedText')} />;
  }
  return (
    <ScreenTabs
      names={names}
      value={part}
      onChange={(next) => void navigate({ search: { part: next } })}
      labelOf={(name) => t(`parts.${name}`)}
      label={t('partsLabel')}
    >
      {part === 'audit' && <AuditPart {...props} />}
      {part === 'usage' && <UsagePart {...props} />}
      {part === 'refusals' && <RefusalsPart {...props} />}
      {part === 'jobs' && <JobsPart {...props} />}
      {part === 'outbox' && <OutboxPart {...props} />}
    </ScreenTabs>
  );
}

/** The filters in the address, and how they change. */
export interface ActivityPartProps {
  search: ActivitySearch;
  onChange(changes: { [Name in keyof ActivitySearch]?: ActivitySearch[Name] | undefined }): void;
  /** Makes other filters of those before; `replace` keeps them out of the history. */
  onFilter(make: (before: ActivitySearch) => ActivitySearch, replace: boolean): void;
  onOpen(id: string | undefined): void;
  onClear(): void;
}
