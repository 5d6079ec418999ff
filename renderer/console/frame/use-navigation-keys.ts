import { spotlight } from '@mantine/spotlight';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../session/use-session.tsx';
import { tellDone } from '../ui/toasts.tsx';
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
      await queryClient.invalidateQueries();
      tellDone({ message: t('refreshed') });
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
