import { useTranslation } from 'react-i18next';
import { usePreferences } from '../preferences.ts';
import { useSignOut } from '../session/use-sign-out.ts';
import { useShortcutSheet } from './shortcut-sheet.tsx';
import { useCommands } from './use-commands.ts';
import { useDeviceChoices } from './use-device-choices.ts';

/** What the menu of the operator and the rail offer, for the palette. */
export function useFrameCommands(): void {
  const { t } = useTranslation(['frame', 'session']);
  const { railCollapsed, singleKeys, change } = usePreferences();
  const choices = useDeviceChoices();
  const openSheet = useShortcutSheet((sheet) => sheet.open);
  const signOut = useSignOut();
  const group = t('paletteActions');
  useCommands([
    ...choices.flatMap(({ id, label, options, choose }) =>
      options.map((option) => ({
        id: `${id}.${option.value}`,
        label: `${label}: ${option.label}`,
        group,
        isQuiet: true,
        run: () => choose(option.value),
      })),
    ),
    {
      id: 'singleKeys',
      label: t(singleKeys ? 'shortcutsTurnOff' : 'shortcutsTurnOn'),
      group,
      isQuiet: true,
      run: () => change({ singleKeys: !singleKeys }),
    },
    {
      id: 'rail',
      label: t(railCollapsed ? 'expand' : 'collapse'),
      group,
      isQuiet: true,
      run: () => change({ railCollapsed: !railCollapsed }),
    },
    { id: 'sheet', label: t('shortcuts'), group, keys: '?', run: openSheet },
    { id: 'signOut', label: t('session:signOut'), group, isQuiet: true, run: signOut },
  ]);
}
