import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/use-format.ts';
import { useLive } from '../live/live-provider.tsx';
import css from './live-mark.module.css';

/** Whether what is shown is what is. */
export function LiveMark() {
  const { t } = useTranslation('frame');
  const { ago } = useFormat();
  const { state, since } = useLive();
  const word = { live: t('live'), connecting: t('connecting'), lost: t('stale') }[state];
  const hint = state === 'lost' ? t('staleHint', { ago: ago(since) }) : t('liveHint');
  return (
    <Tooltip label={hint}>
      <span className={css.mark} data-state={state} role="status">
        <span className={css.dot} aria-hidden />
        {word}
      </span>
    </Tooltip>
  );
}
