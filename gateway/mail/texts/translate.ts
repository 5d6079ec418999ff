/** The mails' words in both languages; i18next is loaded with the first mail. */
import type { Translate } from '../document.ts';
import type { Locale } from '../words.ts';

let loaded: Promise<(locale: Locale) => Translate> | null = null;

/** @returns the texts of a language. A key that does not exist throws: a mail with holes must not be sent. */
export async function translator(locale: Locale): Promise<Translate> {
  loaded ??= load();
  return (await loaded)(locale);
}

async function load(): Promise<(locale: Locale) => Translate> {
  const [{ default: i18next }, { en }, { ptBr }] = await Promise.all([
    import('i18next'),
    import('./en.ts'),
    import('./pt-br.ts'),
  ]);
  const instance = i18next.createInstance();
  await instance.init({
    fallbackLng: false,
    supportedLngs: ['en', 'pt-BR'],
    resources: { en: { translation: en }, 'pt-BR': { translation: ptBr } },
    // Whoever puts it into HTML escapes it.
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  } as Parameters<typeof instance.init>[0]);
  return (locale) => {
    // The console types i18next's keys as its own; in here they are the mails'.
    const translate = instance.getFixedT(locale) as (key: string, values: object) => unknown;
    return (key, values = {}) => {
      const text = translate(key, values);
      if (typeof text !== 'string' || text === key) throw new Error(`There is no text "${key}" in ${locale}.`);
      return text;
    };
  };
}
