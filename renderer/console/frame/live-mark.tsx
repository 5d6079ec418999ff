import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsSaving } from '../api/use-commit.ts';
import { useFormat } from '../format/use-format.ts';
import { useLive } from '../live/live-provider.tsx';
import css from './live-mark.module.css';

const SECOND_MS = 1_000;

/** Whether what is shown is what is, how old it is where it is not, and what takes a while to be saved. */
export function LiveMark() {
  const { t } = useTranslation(['frame', 'common']);
  const { ago } = useFormat();
  const { state, heardAt } = useLive();
  const isSaving = useIsSaving();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  const word = { live: t('live'), connecting: t('connecting'), lost: t('stale') }[state];
  const updated = t('common:updatedAgo', { ago: ago(Math.min(heardAt(), now), now) });
  return (
    <Tooltip label={`${state === 'lost' ? t('staleHint') : t('liveHint')} (${updated})`}>
      <span className={css.mark}>
        <span className={css.word} data-state={state} role="status">
          <span className={css.dot} aria-hidden />
          <span className={css.said}>{isSaving ? t('common:saving') : word}</span>
        </span>
        {/* It counts up: said each second, it would drown everything else. */}
        {state === 'lost' && (
          <span className={css.age} aria-hidden>
            {`· ${updated}`}
          </span>
        )}
      </span>
    </Tooltip>
  );
}
