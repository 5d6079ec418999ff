import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { loadLocale } from '../../shared/i18n/locale.ts';
import { en, ptBr } from './catalogues.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof en;
  }
}

/** Starts with the language that was chosen here before, else the browser's. */
export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: loadLocale(),
    fallbackLng: 'en',
    defaultNS: 'common',
    resources: { en, 'pt-BR': ptBr },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  const tell = (language: string) => {
    document.documentElement.lang = language;
  };
  tell(i18next.language);
  i18next.on('languageChanged', tell);
}
