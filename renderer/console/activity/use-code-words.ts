import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** Kinds of mail and reasons of refusals in people's words; what has none is called by its name in the API. */
export function useCodeWords() {
  const { i18n } = useTranslation('activity');
  const { language } = i18n;
  return useMemo(() => {
    // They are looked up by the gateway's own names, which the catalogue's type cannot know.
    const find = i18n.getFixedT(language, 'activity') as unknown as (
      key: string,
      options: { defaultValue: string },
    ) => string;
    const within = (group: string) => (name: string) => find(`${group}.${name}`, { defaultValue: name });
    const action = within('acts');
    return {
      mail: within('mailKinds'),
      refusal: within('refusalCodes'),
      action: (name: string) => {
        const key = name.replace('.', '_');
        const words = action(key);
        return words === key ? name : words;
      },
    };
  }, [i18n, language]);
}
