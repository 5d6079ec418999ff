/** The languages that users can be told things in. */
import { z } from 'zod';

export const userLocaleSchema = z.enum(['en', 'pt-BR']);
export type UserLocale = z.infer<typeof userLocaleSchema>;

/** The language that a user or an operator has, where it is one of ours; null otherwise. */
export function userLocale(kept: string | null | undefined): UserLocale | null {
  return userLocaleSchema.options.find((locale) => locale === kept) ?? null;
}

/** The language that is meant by `pt`, `pt_BR` or `EN-us`; null for one that we do not have. */
export function localeNamed(text: string): UserLocale | null {
  const [language] = text.trim().toLowerCase().split(/[-_]/);
  return language === 'pt' ? 'pt-BR' : language === 'en' ? 'en' : null;
}

export const userLocaleInput = z
  .string()
  .max(35)
  .transform((text) => localeNamed(text) ?? text)
  .pipe(userLocaleSchema)
  .describe('`en` or `pt-BR`; other spellings of these, such as `pt` or `en_US`, are understood');
