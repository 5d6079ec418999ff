import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ScreenTabs } from '../ui/screen-tabs.tsx';
import { QualityPart } from './quality-part.tsx';
import { PARTS } from './reports-search.ts';
import { UsePart } from './use-part.tsx';

const route = getRouteApi('/reports');

/** What did it cost, and whom; and how well was it served? */
export function ReportsScreen() {
  const { t } = useTranslation('reports');
  const { part = 'use', from, to } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <ScreenTabs
      names={PARTS}
      value={part}
      // The days stay: they are the same question to both.
      onChange={(next) => void navigate({ search: { part: next, ...(from && { from }), ...(to && { to }) } })}
      labelOf={(name) => t(`parts.${name}`)}
      label={t('partsLabel')}
    >
      {part === 'use' ? <UsePart /> : <QualityPart />}
    </ScreenTabs>
  );
}
