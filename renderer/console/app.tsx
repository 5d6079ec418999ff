import { useEffect, useState } from 'react';
import { type Locale, loadLocale, saveLocale } from '../shared/i18n/locale.ts';
import { HealthScreen } from './overview/health-screen.tsx';
import { TopBar } from './top-bar.tsx';

export function App() {
  const [locale, setLocale] = useState(loadLocale);

  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);

  const choose = (chosen: Locale) => {
    setLocale(chosen);
    saveLocale(chosen);
  };
  return (
    <>
      <TopBar locale={locale} onChooseLocale={choose} />
      <HealthScreen locale={locale} />
    </>
  );
}
