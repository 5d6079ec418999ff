import { useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../session/use-session.tsx';
import { SCREENS } from './screens.ts';
import { useShortcutSheet } from './shortcut-sheet.tsx';
import { type Shortcut, useShortcutListener, useShortcuts } from './shortcuts.ts';

/** `g` and a letter lead to a screen, `?` shows what there is. */
export function useNavigationKeys(): void {
  const { t } = useTranslation('frame');
  const router = useRouter();
  const may = useMay();
  const openSheet = useShortcutSheet((sheet) => sheet.open);
  const shortcuts = useMemo<Shortcut[]>(
    () => [
      { keys: '?', label: t('shortcutNames.sheet'), group: t('shortcuts'), run: openSheet },
      ...SCREENS.filter(({ role }) => may(role)).map(({ id, path, key }) => ({
        keys: `g ${key}`,
        label: t('shortcutNames.go', { screen: t(`screens.${id}`) }),
        group: t('paletteScreens'),
        run: () => void router.navigate({ to: path }),
      })),
    ],
    [t, router, may, openSheet],
  );
  useShortcuts(shortcuts);
  useShortcutListener();
}
