import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { type Locale, loadLocale, saveLocale } from '../../shared/i18n/locale.ts';
import { explainFailure } from '../ui/explain-failure.ts';
import { tellFailed } from '../ui/toasts.tsx';
import type { en } from './en/catalogue.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof en;
  }
}

/** Each is loaded when it is first wanted: nobody reads two languages at once. */
const CATALOGUES = {
  en: async () => (await import('./en/catalogue.ts')).en,
  'pt-BR': async () => (await import('./pt-br/catalogue.ts')).ptBr,
} as const satisfies Record<Locale, unknown>;

/** What stands there instead of the console while it has no words. */
export const WORDLESS =
  'IA Solaris did not load whole. Please load the page again. · O IA Solaris não carregou por inteiro. Recarregue a página.';

/**
 * Starts with the language that was chosen here before, else the browser's.
 *
 * @throws Error when its words could not be loaded
 */
export async function startI18n(): Promise<void> {
  const locale = loadLocale();
  await i18next.use(initReactI18next).init({
    lng: locale,
    // Every language says everything: a test sees to it.
    fallbackLng: false,
    defaultNS: 'common',
    resources: { [locale]: await CATALOGUES[locale]() },
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

/** Goes on in another language, and remembers it here. If its words cannot be loaded, says so in the present one. */
export async function chooseLanguage(locale: Locale): Promise<void> {
  try {
    const words = i18next.hasResourceBundle(locale, 'common') ? {} : await CATALOGUES[locale]();
    for (const [area, ofArea] of Object.entries(words)) i18next.addResourceBundle(locale, area, ofArea);
  } catch (error) {
    const { title, next } = explainFailure(error);
    tellFailed({ title, next, id: 'language' });
    return;
  }
  saveLocale(locale);
  await i18next.changeLanguage(locale);
}
