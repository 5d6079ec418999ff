import { Outlet } from '@tanstack/react-router';
import { type MouseEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useDisplay } from '../format/display.ts';
import { RecoveryNotice } from '../session/recovery-notice.tsx';
import { FirstRun } from '../setup/first-run.tsx';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import css from './shell.module.css';
import { ShortcutSheet } from './shortcut-sheet.tsx';
import { TopBar } from './top-bar.tsx';
import { useFocusBack } from './use-focus-back.ts';
import { useFrameCommands } from './use-frame-commands.ts';
import { useNavigationKeys } from './use-navigation-keys.ts';
import { usePlaces } from './use-places.ts';

/** Rail, top bar, and the screen between them. */
export function Shell() {
  const { t } = useTranslation('frame');
  useFrameCommands();
  usePlaces();
  useNavigationKeys();
  useDisplay();
  useFocusBack();
  const content = useRef<HTMLElement>(null);
  // The address stays: it says what is shown, not where the focus is.
  const skip = (event: MouseEvent) => {
    event.preventDefault();
    content.current?.focus();
  };
  return (
    <div className={css.shell}>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to a part of this page, as such links do */}
      <a className={css.skip} href="#content" onClick={skip}>
        {t('skip')}
      </a>
      <Rail />
      <div className={css.column}>
        <TopBar />
        <main ref={content} id="content" className={css.content} tabIndex={-1}>
          <Outlet />
          <div id="menus" />
        </main>
      </div>
      <FirstRun />
      <RecoveryNotice />
      <Palette />
      <ShortcutSheet />
    </div>
  );
}
