import { Button, Kbd } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { SafeModeMenu } from '../safe-mode/safe-mode-menu.tsx';
import { keyNames } from './keys.tsx';
import { LiveMark } from './live-mark.tsx';
import { OperatorMenu } from './operator-menu.tsx';
import { SCREENS } from './screens.ts';
import { useWindowTitle } from './subject.ts';
import css from './top-bar.module.css';

/** The screen's name and the question that it answers, the way to everything, what is asked before dangers, whether it is live, and oneself. */
export function TopBar() {
  const { t } = useTranslation('frame');
  const path = useRouterState({ select: (state) => state.location.pathname });
  const keys = keyNames('mod+k').join(' ');
  const screen = SCREENS.find((candidate) => candidate.path === (path.replace(/\/$/, '') || '/'));
  const title = screen && t(`screens.${screen.id}`);
  useWindowTitle(title);

  return (
    <section className={css.bar} aria-label={t('topBar')}>
      <div className={css.names}>
        <h1 className={css.title}>{title ?? 'IA Solaris'}</h1>
        {screen && <span className={css.question}>{t(`questions.${screen.id}`)}</span>}
      </div>
      <Button
        className={css.search}
        variant="default"
        size="xs"
        leftSection={<IconSearch size={14} />}
        rightSection={<Kbd size="xs">{keys}</Kbd>}
        onClick={spotlight.open}
        aria-label={`${t('palette')} ${keys}`}
      >
        <span className={css.searchWord}>{t('palette')}</span>
      </Button>
      <SafeModeMenu />
      <LiveMark />
      <OperatorMenu />
    </section>
  );
}
