import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { pickLocale } from '../../shared/i18n/locale.ts';
import { router } from '../router.tsx';

/** In the desktop window: goes where notifications, menus and links lead, and tells the app language and theme. */
export function DesktopLink() {
  const { i18n } = useTranslation();
  const { colorScheme } = useMantineColorScheme();
  const locale = pickLocale(i18n.language, []);

  useEffect(() => window.desktop?.onNavigate((screen) => router.history.push(`${router.basepath}${screen}`)), []);

  // Also says that the page hears from now on, so that it comes after the line above.
  useEffect(() => {
    void window.desktop?.tellAppearance({ locale, theme: colorScheme === 'auto' ? 'system' : colorScheme });
  }, [locale, colorScheme]);

  return null;
}
