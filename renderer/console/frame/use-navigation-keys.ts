import { spotlight } from '@mantine/spotlight';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiFailure } from '../api/http.ts';
import { useMay } from '../session/use-session.tsx';
import { explainFailure } from '../ui/explain-failure.ts';
import { tellDone, tellFailed } from '../ui/toasts.tsx';
import { saveForm } from './save-form.ts';
import { SCREENS } from './screens.ts';
import { useShortcutSheet } from './shortcut-sheet.tsx';
import { type Shortcut, useShortcutListener, useShortcuts } from './shortcuts.ts';

/** `g` and a letter lead to a screen, `?` shows what there is; what holds everywhere is done with Ctrl or ⌘. */
export function useNavigationKeys(): void {
  const { t } = useTranslation('frame');
  const router = useRouter();
  const may = useMay();
  const queryClient = useQueryClient();
  const openSheet = useShortcutSheet((sheet) => sheet.open);
  const shortcuts = useMemo<Shortcut[]>(() => {
    const group = t('shortcutsEverywhere');
    const refresh = async () => {
      try {
        await queryClient.invalidateQueries({}, { throwOnError: true });
        tellDone({ message: t('refreshed') });
      } catch (error) {
        // An ended session is told by its own dialog.
        if (!(error instanceof ApiFailure && error.status === 401)) tellFailed(explainFailure(error));
      }
    };
    return [
      { keys: 'mod+k', label: t('shortcutNames.palette'), group, isOnlyKeys: true, run: spotlight.toggle },
      { keys: '?', label: t('shortcutNames.sheet'), group, isOnlyKeys: true, run: openSheet },
      { keys: 'mod+s', label: t('shortcutNames.save'), group, run: saveForm },
      {
        keys: 'mod+,',
        label: t('shortcutNames.settings'),
        group,
        isOnlyKeys: true,
        run: () => void router.navigate({ to: '/settings' }),
      },
      { keys: 'mod+r', id: 'refresh', label: t('shortcutNames.refresh'), group, run: () => void refresh() },
      { keys: 'Escape', label: t('shortcutNames.close'), group, isTold: true, isOnlyKeys: true, run: () => undefined },
      ...SCREENS.filter(({ role }) => may(role)).map(({ id, path, key }) => ({
        keys: `g ${key}`,
        label: t('shortcutNames.go', { screen: t(`screens.${id}`) }),
        group: t('paletteScreens'),
        isOnlyKeys: true,
        run: () => void router.navigate({ to: path }),
      })),
    ];
  }, [t, router, may, queryClient, openSheet]);
  useShortcuts(shortcuts);
  useShortcutListener();
}
