/**
 * The formatters of `Intl`, each made once: a list asks for thousands, refusals come by the hundred a second, and making one
 * takes ten times as long as using it. Pages, files, mails and answers share them: it imports nothing of ours.
 */

export const numberFormat = remembered(
  (locale: string, options?: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
);

/** English as the world outside America writes its dates: `30 Nov 2026, 14:05`. */
export const plainDateFormat = remembered(
  (locale: string, options?: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, options),
);

/** The same for sentences: Portuguese with the ordinal that `Intl` does not know, `1º de dezembro`. */
export const dateFormat = remembered((locale: string, options?: Intl.DateTimeFormatOptions) => {
  const dates = plainDateFormat(locale, options);
  if (!locale.startsWith('pt')) return { format: (at: number | Date) => dates.format(at) };
  return { format: (at: number | Date) => dates.format(at).replace(/(^|, )1 de /, '$11º de ') };
});

export const relativeTimeFormat = remembered(
  (locale: string, options?: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(locale, options),
);

function remembered<Options, Format>(make: (locale: string, options?: Options) => Format) {
  const made = new Map<string, Format>();
  return (locale: string, options?: Options): Format => {
    const key = `${locale} ${JSON.stringify(options)}`;
    const known = made.get(key);
    if (known) return known;
    const format = make(locale, options);
    made.set(key, format);
    return format;
  };
}
