import { useTranslation } from 'react-i18next';
import type { UserStats } from '../../../gateway/contract/users.ts';
import { bandText } from '../format/band.ts';
import { useFormat } from '../format/use-format.ts';

type Projection = Pick<UserStats, 'monthlyProjection' | 'projectionLow' | 'projectionHigh'>;

/** Where a user's month will end, as a sentence. */
export function useProjectionText(): (stats: Projection) => string {
  const { t } = useTranslation('users');
  const { compact } = useFormat();
  return ({ monthlyProjection, projectionLow, projectionHigh }) =>
    monthlyProjection === null
      ? t('noProjection')
      : t('projection', {
          tokens: compact(monthlyProjection),
          band: bandText(compact(projectionLow ?? 0), compact(projectionHigh ?? 0)),
        });
}
